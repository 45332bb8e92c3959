import type { FaultySystem } from '../../harness/system/faulty-system';
import type { ServiceName } from '../../../tools/services';
import { setTimeout as delay } from 'node:timers/promises';
import type { Load } from '../load';
import type { Outside } from '../outside/outside';

export interface Harm {
  readonly system: FaultySystem;
  readonly load: Load;
  readonly outside: Outside;
  /** Aborted when the alerts have fired, or are given up. */
  readonly ending: AbortSignal;
}

/** One thing that goes wrong, and the alerts that name it. */
export interface Fault {
  readonly name: string;
  readonly sentence: string;
  readonly alerts: readonly string[];
  /** What may fire besides: each follows from the fault. */
  readonly mayFollow?: readonly string[];
  /** Of what an alert promises, the seconds that the short form of the rules does not divide: thresholds of age. */
  readonly undividedSeconds?: number;
  /** Begins the fault, and goes on with it as long as it needs; it ends with {@link heal}. */
  readonly harm: (harm: Harm) => Promise<void>;
  readonly heal: (harm: Harm) => Promise<void>;
}

export const nothing = (): Promise<void> => Promise.resolve();

export const sent = (system: FaultySystem, program: string, signal: NodeJS.Signals): void => {
  if (system.signal(program, signal) === undefined) throw new Error(`${program} is between two lives.`);
};

/** Waits, but not beyond the end of the fault. */
export const until = (ending: AbortSignal, pauseMs: number): Promise<void> =>
  delay(pauseMs, undefined, { signal: ending }).catch(() => undefined);

/** Both alerts of an objective: a fault that takes the budget fast takes it slowly, too. */
export const burns = (objective: string): readonly string[] =>
  ['Fast', 'Slowly'].map((speed) => `Rentalbook${objective}Burns${speed}`);

/** What any alert may follow that a service does not answer. */
export const DOWN = ['RentalbookServiceDown', 'RentalbookServiceMissing'];

/** What may follow where a service is slow or away: readers notice, and the router stops calling it. */
export const READERS_NOTICE = [
  ...burns('ReadAvailability'),
  ...burns('ReadLatency'),
  ...burns('CommandSuccess'),
  'RentalbookCircuitOpen',
  'RentalbookBulkheadFull',
];

/** Stops a service for a while, again and again, until the fault ends. */
export async function inPulses(
  { system, ending }: Pick<Harm, 'system' | 'ending'>,
  service: ServiceName,
  { stoppedMs, runningMs }: { readonly stoppedMs: number; readonly runningMs: number },
): Promise<void> {
  while (!ending.aborted) {
    sent(system, service, 'SIGSTOP');
    await delay(stoppedMs);
    sent(system, service, 'SIGCONT');
    await until(ending, runningMs);
  }
}
