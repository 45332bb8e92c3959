import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeJson, type Round, type Row } from './row';

/** What is kept of the last run of a trial. */
export type RecordedRow = Omit<Row, 'broken'>;

/** Where results are kept for good: two files in a folder, NAME.json and the page NAME.md that follows from it. */
export interface RecordKept {
  readonly folder: string;
  readonly name: string;
  /** The ids in the order of the page. */
  readonly ids: readonly string[];
  readonly page: (rows: readonly RecordedRow[]) => string;
}

/** Puts rows into the record, and writes its page anew. */
export function record(kept: RecordKept, rows: readonly Row[]): void {
  const known = new Map(readRecord(kept).map((row) => [placeOf(row), row]));
  for (const { broken: _, ...row } of rows) {
    const before = known.get(placeOf(row));
    if (!isLess(row, before)) known.set(placeOf(row), afterThoseOf(before, row));
  }
  const orderOf = ({ id, engines }: RecordedRow): number => kept.ids.indexOf(id) * 2 + (engines === 'real' ? 1 : 0);
  const all = [...known.values()].sort((one, other) => orderOf(one) - orderOf(other));
  writeJson(fileOf(kept, 'json'), all);
  writeFileSync(fileOf(kept, 'md'), kept.page(all));
}

const fileOf = ({ folder, name }: RecordKept, extension: string): string => join(folder, `${name}.${extension}`);

export function readRecord(kept: RecordKept): readonly RecordedRow[] {
  const file = fileOf(kept, 'json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RecordedRow[]) : [];
}

export const rowOnRecord = (kept: RecordKept, id: string, engines: Row['engines']): RecordedRow | undefined =>
  readRecord(kept).find((row) => row.id === id && row.engines === engines);

/** The rounds that are on record, when there are some but not all of them and none failed. */
export const unfinishedRounds = (row: RecordedRow | undefined): readonly Round[] =>
  row?.rounds && row.verdict === 'pass' && row.rounds.done.length < row.rounds.of ? row.rounds.done : [];

/** The row with the rounds of an unfinished one before its own. */
function afterThoseOf(before: RecordedRow | undefined, row: RecordedRow): RecordedRow {
  if (!row.rounds) return row;
  return { ...row, rounds: { ...row.rounds, done: [...unfinishedRounds(before), ...row.rounds.done] } };
}

const placeOf = ({ id, engines }: RecordedRow): string => `${id} ${engines}`;

/** A short run that passes says less than a full one did. */
const isLess = (row: RecordedRow, known: RecordedRow | undefined): boolean =>
  known?.form === 'full' && row.form === 'short' && row.verdict === 'pass';
