import type { RecordedRow } from './record';

/** The table of a page in docs: what each trial of the record came to. `noun` heads the column of their names. */
export function resultTable(noun: string, rows: readonly RecordedRow[]): string {
  const lines = rows.map((row) =>
    [
      ...[row.id, row.name, amountOf(row), row.bar, measuredIn(row), row.verdict === 'pass' ? 'pass' : '**fail**'],
      ...[row.engines, String(row.seed), row.at.slice(0, 10)],
    ]
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | '),
  );
  return `| | ${noun} | amount | bar | measured | result | engines | seed | last run |
|---|---|---|---|---|---|---|---|---|
${lines.map((line) => `| ${line} |`).join('\n')}`;
}

function amountOf({ form, amount, full, rounds }: RecordedRow): string {
  if (form === 'short') return `${amount}: **short**, in full ${full}`;
  if (!rounds) return amount;
  const { done, of } = rounds;
  const soFar = `${amount} × ${String(done.length)}`;
  return done.length < of ? `${soFar}: **so far**, in full ${full}` : soFar;
}

const measuredIn = ({ measured, rounds }: RecordedRow): string =>
  rounds
    ? rounds.done
        .map((round) => `${round.measured} (seed ${String(round.seed)}, ${round.at.slice(0, 10)})`)
        .join('<br>')
    : measured;
