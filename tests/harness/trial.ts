import type { Chance } from '../conformance/chance';
import type { Broken } from './broken';
import type { FaultySystem } from './system/faulty-system';

export type Form = 'short' | 'full';
export type EnginesUsed = 'embedded' | 'real';

/** What a trial came to. */
export interface Measured {
  /** How much of it there was, in numbers. */
  readonly amount: string;
  readonly measured: string;
  readonly broken: readonly Broken[];
}

/** What a trial is carried out with. */
export interface Stage {
  readonly form: Form;
  readonly engines: EnginesUsed;
  readonly chance: Chance;
  /** Where the repository is. */
  readonly root: string;
  /** The running system, which no other trial uses meanwhile. */
  system(): Promise<FaultySystem>;
  /** A new file for a ledger. */
  ledgerFile(): string;
  /** Prints now and then how many of how many times something was done, for a reader of a full form. */
  progress(done: number, of: number): void;
  /**
   * Whether something took longer than its bar. Bars in time are judged in the full form alone, which has the machine to
   * itself; the short form runs in `npm test` beside whatever else a machine does, and only reports how long it took.
   */
  isLate(tookMs: number, barMs: number): boolean;
  /** A number of times, of milliseconds or of members, by the form of the run. */
  amount(of: Readonly<Record<Form, number>>): number;
}

/** A fault or an attack that the system is measured against: a row of a table in docs. */
export interface Trial {
  readonly id: string;
  readonly name: string;
  /** The amount of the full form. */
  readonly full: string;
  /**
   * In how many rounds the full form is done, where it takes longer than anyone waits: each is whole by itself, and those
   * on record need not be done again. Missing: in one.
   */
  readonly rounds?: number;
  readonly bar: string;
  /** Whether it is tried on the real engines too. */
  readonly onRealEngines?: true;
  run(stage: Stage): Promise<Measured>;
}
