import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { record as recordIn, rowOnRecord, unfinishedRounds, type RecordKept } from './report/record';
import type { Row } from './report/row';
import { resultTable } from './report/table';

describe('the record of a harness', () => {
  let folder: string;
  let kept: RecordKept;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rentalbook-record-'));
    kept = { folder, name: 'faults', ids: ['F1', 'F2'], page: (rows) => resultTable('fault', rows) };
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const record = (rows: readonly Row[]): void => {
    recordIn(kept, rows);
  };
  const row = (what: Partial<Row>): Row => ({
    ...{ id: 'F1', name: 'a race', form: 'full', engines: 'embedded', amount: '200 clients', full: '200 clients × 3' },
    ...{ bar: 'one winner', measured: 'one', seed: 1, verdict: 'pass', at: '2030-01-01T00:00:00.000Z', seconds: 9 },
    broken: [],
    ...what,
  });
  const roundOf = (seed: number, verdict: Row['verdict'] = 'pass'): Row => {
    const { measured, at, seconds } = row({});
    return row({ seed, verdict, rounds: { done: [{ measured, seed, at, seconds }], of: 3 } });
  };
  const unfinished = (): readonly number[] =>
    unfinishedRounds(rowOnRecord(kept, 'F1', 'embedded')).map(({ seed }) => seed);
  const page = (): string => readFileSync(join(folder, 'faults.md'), 'utf8');

  it('adds each round to those before it, and says how many there are until all are done', () => {
    record([roundOf(1)]);
    record([roundOf(2)]);
    expect(unfinished()).toEqual([1, 2]);
    expect(page()).toContain('| 200 clients × 2: **so far**, in full 200 clients × 3 |');
    expect(page()).toContain('| one (seed 1, 2030-01-01)<br>one (seed 2, 2030-01-01) |');
    record([roundOf(3)]);
    expect(page()).toContain('| 200 clients × 3 |');
  });

  it('begins anew after the last round, and after one that failed', () => {
    record([roundOf(1), roundOf(2), roundOf(3)]);
    expect(unfinished()).toEqual([]);
    record([roundOf(4), roundOf(5, 'fail')]);
    expect(page()).toContain('**fail**');
    expect(unfinished()).toEqual([]);
    record([roundOf(6)]);
    expect(unfinished()).toEqual([6]);
  });

  it('keeps what was done in full when a short form passes, and not when it fails', () => {
    record([row({ id: 'F2' }), row({ id: 'F2', form: 'short' })]);
    expect(rowOnRecord(kept, 'F2', 'embedded')?.form).toBe('full');
    record([row({ id: 'F2', form: 'short', verdict: 'fail' })]);
    expect(page()).toContain('**fail**');
    expect(rowOnRecord(kept, 'F2', 'real')).toBeUndefined();
  });
});
