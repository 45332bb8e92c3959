import type { EventOf } from '@rentalbook/event-contracts';
import { createChanges } from '../src/changes';

const A_MINUTE_MS = 60_000;
const of = (actor: string): EventOf<'Cancelled'> => ({
  id: 'event-1',
  eventType: 'Cancelled',
  schemaVersion: 1,
  source: 'reserve',
  key: 'book-1',
  sequence: 1,
  timestamp: '2026-03-02T09:00:00.000Z',
  ...{ actor, correlationId: 'correlation-1', causationId: 'command-1' },
  data: { reservationId: 'reservation-1', userId: actor, bookId: 'book-1', reason: 'changed plans', by: 'MEMBER' },
});

describe('a waiter for changes', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('polls again at once for a change that came during a query that missed it', async () => {
    const changes = createChanges();
    let hasChanged = false;
    const find = (): Promise<string | undefined> => {
      if (hasChanged) return Promise.resolve('changed');
      hasChanged = true;
      changes.signal('book-1', [of('alice')]);
      return Promise.resolve(undefined);
    };
    const found = jest.fn();
    void changes.until('book-1', A_MINUTE_MS, find).then(found);
    // No time passes here: what is found was found because of the signal.
    await jest.advanceTimersByTimeAsync(0);
    expect(found).toHaveBeenCalledWith('changed');
  });

  it('does not poll for events that concern another waiter', async () => {
    const changes = createChanges();
    const queries = jest.fn(() => Promise.resolve(undefined));
    void changes.until('book-1', A_MINUTE_MS, queries, { concerns: ({ actor }) => actor === 'alice' });
    await jest.advanceTimersByTimeAsync(0);
    changes.signal('book-1', [of('bob')]);
    changes.signal('book-2', [of('alice')]);
    await jest.advanceTimersByTimeAsync(0);
    expect(queries).toHaveBeenCalledTimes(1);
    changes.signal('book-1', [of('bob'), of('alice')]);
    await jest.advanceTimersByTimeAsync(0);
    expect(queries).toHaveBeenCalledTimes(2);
  });

  it('does not poll before a signal or the first interval for what cannot be there yet', async () => {
    const changes = createChanges();
    const queries = jest.fn(() => Promise.resolve(undefined));
    void changes.until('book-1', A_MINUTE_MS, queries, { isThere: false });
    await jest.advanceTimersByTimeAsync(0);
    expect(queries).not.toHaveBeenCalled();
    changes.signal('book-1', [of('alice')]);
    await jest.advanceTimersByTimeAsync(0);
    expect(queries).toHaveBeenCalledTimes(1);
    void changes.until('book-2', A_MINUTE_MS, queries, { isThere: false });
    await jest.advanceTimersByTimeAsync(100);
    expect(queries.mock.calls.length).toBeGreaterThan(1);
  });

  it('finds a change of another replica at the next poll, without a signal', async () => {
    let hasChanged = false;
    const found = jest.fn();
    void createChanges()
      .until('book-1', A_MINUTE_MS, () => Promise.resolve(hasChanged ? 'changed' : undefined))
      .then(found);
    await jest.advanceTimersByTimeAsync(1_000);
    hasChanged = true;
    await jest.advanceTimersByTimeAsync(400);
    expect(found).toHaveBeenCalledWith('changed');
  });

  it('polls less often with many waiters, which together do not poll more often than every five milliseconds', async () => {
    const changes = createChanges();
    const queries = jest.fn(() => Promise.resolve(undefined));
    for (let one = 0; one < 400; one += 1) void changes.until('book-1', A_MINUTE_MS, queries);
    await jest.advanceTimersByTimeAsync(0);
    expect(queries).toHaveBeenCalledTimes(400);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(queries.mock.calls.length).toBeLessThan(400 + 10_000 / 5 + 400);
    // And yet each of them polls.
    expect(queries.mock.calls.length).toBeGreaterThan(400 + 10_000 / 5 - 400);
  });

  it('gives up when its time is over', async () => {
    const found = jest.fn();
    void createChanges()
      .until('book-1', 1_000, () => Promise.resolve(undefined))
      .then(found);
    await jest.advanceTimersByTimeAsync(999);
    expect(found).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(found).toHaveBeenCalledWith(undefined);
  });
});
