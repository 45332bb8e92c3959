import type { FaultySystem } from '../harness/system/faulty-system';
import type { Measured, Stage, Trial } from '../harness/trial';

/** The part of a running system that an attack from outside needs: every running system has it. */
export type AttackedSystem = Pick<FaultySystem, 'url' | 'dataDir' | 'brokers' | 'topic' | 'security' | 'portOf'>;

export type AttackStage = Omit<Stage, 'system'> & { system(): Promise<AttackedSystem> };

/** An attack that can be tried on any running system, also on the one that the end-to-end tests share. */
export interface Attack extends Omit<Trial, 'run'> {
  run(stage: AttackStage): Promise<Measured>;
}
