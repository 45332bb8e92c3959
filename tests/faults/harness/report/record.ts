import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultsPage } from './faults-page';
import { writeJson, type Round, type Row } from './row';

/** What is kept of the last run of a fault. */
export type RecordedRow = Omit<Row, 'broken'>;

/** Puts rows into the record in the folder, faults.json, and writes faults.md anew from it. */
export function record(folder: string, rows: readonly Row[]): void {
  const known = new Map(readRecord(folder).map((row) => [placeOf(row), row]));
  for (const { broken: _, ...row } of rows) {
    const before = known.get(placeOf(row));
    if (!isLess(row, before)) known.set(placeOf(row), afterThoseOf(before, row));
  }
  const all = [...known.values()].sort((one, other) => orderOf(one) - orderOf(other));
  writeJson(join(folder, 'faults.json'), all);
  writeFileSync(join(folder, 'faults.md'), faultsPage(all));
}

export function readRecord(folder: string): readonly RecordedRow[] {
  const file = join(folder, 'faults.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RecordedRow[]) : [];
}

export const rowOnRecord = (folder: string, id: string, engines: Row['engines']): RecordedRow | undefined =>
  readRecord(folder).find((row) => row.id === id && row.engines === engines);

/** The rounds that are on record, when there are some but not all of them and none failed. */
export const unfinishedRounds = (row: RecordedRow | undefined): readonly Round[] =>
  row?.rounds && row.verdict === 'pass' && row.rounds.done.length < row.rounds.of ? row.rounds.done : [];

/** The row with the rounds of an unfinished one before its own. */
function afterThoseOf(before: RecordedRow | undefined, row: RecordedRow): RecordedRow {
  if (!row.rounds) return row;
  return { ...row, rounds: { ...row.rounds, done: [...unfinishedRounds(before), ...row.rounds.done] } };
}

const placeOf = ({ id, engines }: RecordedRow): string => `${id} ${engines}`;
const orderOf = ({ id, engines }: RecordedRow): number => Number(id.slice(1)) * 2 + (engines === 'real' ? 1 : 0);

/** A short run that passes says less than a full one did. */
const isLess = (row: RecordedRow, known: RecordedRow | undefined): boolean =>
  known?.form === 'full' && row.form === 'short' && row.verdict === 'pass';
