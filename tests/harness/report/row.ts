import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Broken } from '../broken';
import type { EnginesUsed, Form } from '../trial';

/** What one of the rounds came to that a trial is done in. */
export interface Round {
  readonly measured: string;
  readonly seed: number;
  /** When it ended. */
  readonly at: string;
  readonly seconds: number;
}

/** One line of the table: what a trial came to in a run. */
export interface Row {
  readonly id: string;
  readonly name: string;
  readonly form: Form;
  readonly engines: EnginesUsed;
  readonly amount: string;
  /** The amount of the full form. */
  readonly full: string;
  readonly bar: string;
  readonly measured: string;
  readonly seed: number;
  readonly verdict: 'pass' | 'fail';
  /** When it ended. */
  readonly at: string;
  readonly seconds: number;
  /** Those that were done, of a trial that is done in rounds; the rest of the row is about the last one. */
  readonly rounds?: { readonly done: readonly Round[]; readonly of: number };
  readonly broken: readonly Broken[];
}

const SHOWN_AT_MOST = 10;

/** A row for the terminal, with what broke which promise. */
export function describeRow(row: Row): string {
  const head = `${row.verdict === 'pass' ? 'pass' : 'FAIL'}  ${row.id.padEnd(4)} ${row.name}
        amount    ${row.amount} (${row.form} form, ${row.engines} engines, seed ${String(row.seed)}, ${String(row.seconds)} s)
        bar       ${row.bar}
        measured  ${row.measured}`;
  const shown = row.broken
    .slice(0, SHOWN_AT_MOST)
    .map(({ promise, on, found }) => `        broken    ${promise}: ${on}: ${found}`);
  const more = row.broken.length - SHOWN_AT_MOST;
  return [head, ...shown, ...(more > 0 ? [`        … and ${String(more)} more`] : [])].join('\n');
}

export function writeJson(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
