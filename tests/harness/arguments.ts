import { UsageError } from '@rentalbook/cli';
import { randomInt } from 'node:crypto';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { EnginesUsed, Form, Trial } from './trial';

export interface Asked {
  readonly chosen: readonly Trial[];
  readonly form: Form;
  readonly seed: number;
  /** At most so many of the rounds that a trial is done in. */
  readonly rounds: number;
  readonly engines: EnginesUsed;
  /** Where the results go as JSON; by default beside the ledgers. */
  readonly json: string | undefined;
  /** Whether the results go into the page in docs. */
  readonly record: boolean;
}

/** What a harness can be asked for. */
export interface Offer {
  /** What one of its trials is called: "fault". */
  readonly noun: string;
  readonly trials: readonly Trial[];
  /** The same trials in the order in which they are carried out. */
  readonly inTurn: readonly Trial[];
}

/** The options that every harness has. */
export const commonOptions = {
  short: { type: 'boolean', default: false },
  seed: { type: 'string' },
  rounds: { type: 'string' },
  'real-engines': { type: 'boolean', default: false },
  json: { type: 'string' },
  record: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options'];

/** What the command line asks for; throws UsageError with one sentence about what is wrong with it. */
export function readArguments({ noun, trials, inTurn }: Offer, args: readonly string[]): Asked {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: commonOptions });
  const ids = positionals.map((id) => id.toUpperCase());
  const unknown = ids.find((id) => !trials.some((trial) => trial.id === id));
  if (unknown !== undefined)
    throw new UsageError(`"${unknown}" is no ${noun}; there are ${trials.map(({ id }) => id).join(', ')}.`);
  const named = inTurn.filter(({ id }) => ids.length === 0 || ids.includes(id));
  const isReal = values['real-engines'];
  const unfit = isReal && ids.length > 0 ? named.find(({ onRealEngines }) => !onRealEngines) : undefined;
  if (unfit)
    throw new UsageError(`${unfit.id} is not tried on the real engines; leave it out, or leave out --real-engines.`);
  return {
    chosen: isReal ? named.filter(({ onRealEngines }) => onRealEngines) : named,
    form: values.short ? 'short' : 'full',
    seed: values.seed === undefined ? randomInt(1_000_000) : seedIn(values.seed),
    rounds: values.rounds === undefined ? Infinity : roundsIn(values.rounds),
    engines: isReal ? 'real' : 'embedded',
    json: values.json,
    record: values.record,
  };
}

/** A whole number of at least `least`; throws UsageError with the refusal. */
export function wholeNumberIn(text: string, least: number, refusal: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(number) || number < least) throw new UsageError(refusal);
  return number;
}

const seedIn = (text: string): number =>
  wholeNumberIn(text, 0, `--seed "${text}" is no seed; use a whole number like 4711.`);

const roundsIn = (text: string): number =>
  wholeNumberIn(text, 1, `--rounds "${text}" is no number of rounds; use a whole number like 2.`);
