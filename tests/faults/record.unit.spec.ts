import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { record, rowOnRecord, unfinishedRounds } from './harness/report/record';
import type { Row } from './harness/report/row';

describe('the record of the faults', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rentalbook-record-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

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
    unfinishedRounds(rowOnRecord(folder, 'F1', 'embedded')).map(({ seed }) => seed);
  const page = (): string => readFileSync(join(folder, 'faults.md'), 'utf8');

  it('adds each round to those before it, and says how many there are until all are done', () => {
    record(folder, [roundOf(1)]);
    record(folder, [roundOf(2)]);
    expect(unfinished()).toEqual([1, 2]);
    expect(page()).toContain('| 200 clients × 2: **so far**, in full 200 clients × 3 |');
    expect(page()).toContain('| one (seed 1, 2030-01-01)<br>one (seed 2, 2030-01-01) |');
    record(folder, [roundOf(3)]);
    expect(page()).toContain('| 200 clients × 3 |');
  });

  it('begins anew after the last round, and after one that failed', () => {
    record(folder, [roundOf(1), roundOf(2), roundOf(3)]);
    expect(unfinished()).toEqual([]);
    record(folder, [roundOf(4), roundOf(5, 'fail')]);
    expect(page()).toContain('**fail**');
    expect(unfinished()).toEqual([]);
    record(folder, [roundOf(6)]);
    expect(unfinished()).toEqual([6]);
  });

  it('keeps what was done in full when a short form passes, and not when it fails', () => {
    record(folder, [row({ id: 'F2' }), row({ id: 'F2', form: 'short' })]);
    expect(rowOnRecord(folder, 'F2', 'embedded')?.form).toBe('full');
    record(folder, [row({ id: 'F2', form: 'short', verdict: 'fail' })]);
    expect(page()).toContain('**fail**');
    expect(rowOnRecord(folder, 'F2', 'real')).toBeUndefined();
  });
});
