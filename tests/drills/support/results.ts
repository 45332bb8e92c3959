import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figures } from './drill';

/** Where a run keeps what it measured. */
export const RESULTS = join('.data', 'drills');
/** The figures that docs/runbook.md shows. */
export const FIGURES = join('docs', 'drills');

/** What became of a drill, as it is kept in a file for the runbook and for later questions. */
export interface Result {
  readonly name: string;
  readonly at: string;
  readonly form: 'long' | 'short';
  readonly passed: boolean;
  readonly seconds: number;
  readonly measured: Figures;
  /** How the control failed, which it has to. */
  readonly control?: string;
  /** Why the drill did not pass. */
  readonly reason?: string;
}

const fileOf = (folder: string, name: string): string => join(folder, `${name}.json`);

export function writeResult(folder: string, result: Result): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(folder, result.name), `${JSON.stringify(result, undefined, 2)}\n`);
}

/** The last result of a drill; undefined when it was never run. */
export function readResult(folder: string, name: string): Result | undefined {
  const file = fileOf(folder, name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result) : undefined;
}
