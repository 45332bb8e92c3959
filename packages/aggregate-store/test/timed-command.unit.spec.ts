import { BeyondLimit } from '@rentalbook/event-contracts';
import { noopMetrics, type Metrics } from '@rentalbook/messaging';
import { StoreUnavailable } from '@rentalbook/mongo';
import type { Executed } from '../src/aggregate/command';
import { timedCommand } from '../src/aggregate/timed-command';

/** Metrics that keep the labels of the timers that ended. */
function keeping() {
  const ended: object[] = [];
  const metrics: Metrics = { ...noopMetrics, startTimer: () => (labels) => void ended.push(labels) };
  return { metrics, ended };
}

describe('the time of a command', () => {
  const refused = { refused: { code: 'BOOK_NOT_FOUND', message: 'none', rule: 'a book exists' } } as const;
  const ends: readonly [string, () => Promise<Executed>][] = [
    ['accepted', () => Promise.resolve({ outcome: { accepted: 'a' }, sequence: 1 })],
    ['refused', () => Promise.resolve({ outcome: refused, sequence: 1 })],
    [
      'refused',
      () => Promise.reject(new BeyondLimit('COPIES_PER_TITLE', { copies: 1, title: 'Emma', has: 1_000, most: 1_000 })),
    ],
    ['unavailable', () => Promise.reject(new StoreUnavailable('away'))],
    ['failed', () => Promise.reject(new TypeError('a bug'))],
  ];
  it.each(ends)('is observed with what it came to: %s', async (outcome, execute) => {
    const { metrics, ended } = keeping();
    await timedCommand(metrics, { command: 'RentBook', traceparent: '' }, execute).catch(() => undefined);
    expect(ended).toEqual([{ command: 'RentBook', outcome }]);
  });
});
