import type { Chance } from '../../conformance/chance';
import type { Broken } from './checker/broken';
import type { FaultySystem } from './system/faulty-system';

export type Form = 'short' | 'full';

/** What a fault came to. */
export interface Measured {
  /** How much of it there was, in numbers. */
  readonly amount: string;
  readonly measured: string;
  readonly broken: readonly Broken[];
}

/** What a fault is tried with. */
export interface Stage {
  readonly form: Form;
  readonly chance: Chance;
  /** Where the repository is. */
  readonly root: string;
  /** The running system; all faults of a run have it one after another. */
  system(): Promise<FaultySystem>;
  /** A new file for a ledger. */
  ledgerFile(): string;
  /** A number of times, of milliseconds or of members, by the form of the run. */
  amount(of: Readonly<Record<Form, number>>): number;
}

export interface Fault {
  readonly id: string;
  readonly name: string;
  /** The amount of the full form. */
  readonly full: string;
  readonly bar: string;
  /** Whether it is tried on the real engines too. */
  readonly onRealEngines?: true;
  /** Whether parked keys are left behind, which a rebuild refuses to step over: such faults come last. */
  readonly leavesPoison?: true;
  run(stage: Stage): Promise<Measured>;
}
