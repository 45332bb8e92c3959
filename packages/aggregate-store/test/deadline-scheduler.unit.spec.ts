import { setImmediate } from 'node:timers/promises';
import type { AggregateModel } from '../src/aggregate/aggregate-document';
import { createDeadlineScheduler } from '../src/deadlines/deadline-scheduler';

const DAY_MS = 24 * 60 * 60 * 1_000;
const NOW = new Date('2026-03-02T09:00:00.000Z');
const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** A database whose clock stands still, and in which two keys have a deadline. */
const model = {
  aggregate: () =>
    Promise.resolve([
      { _id: 'a-second-ago', dueAt: new Date(NOW.getTime() - 1_000), now: NOW },
      { _id: 'in-a-second', dueAt: new Date(NOW.getTime() + 1_000), now: NOW },
    ]),
} as unknown as AggregateModel;

describe('the deadline scheduler', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ['a day slow', -DAY_MS],
    ['right', 0],
    ['a day fast', DAY_MS],
  ])('expires what is due by the clock of the database, and nothing else, when its own is %s', async (_, skewMs) => {
    jest.useFakeTimers({ now: NOW.getTime() + skewMs });
    const expired: string[] = [];
    const deadlines = createDeadlineScheduler({
      model,
      expire: (key) => Promise.resolve(void expired.push(key)),
      log: silent,
    });
    deadlines.start();
    await jest.advanceTimersByTimeAsync(0);
    expect(expired).toEqual(['a-second-ago']);
    await deadlines.stop();
  });

  describe('with keys that wait for capacity in their outbox', () => {
    const due = Array.from({ length: 30 }, (_, key) => ({ _id: `key-${String(key)}`, dueAt: NOW, now: NOW }));
    /** Each key waits until the test ends its wait. */
    const startWaiting = () => {
      const waits = new Map<string, () => void>();
      const deadlines = createDeadlineScheduler({
        model: { aggregate: () => Promise.resolve(due) } as unknown as AggregateModel,
        expire: (key) => new Promise((resolve) => waits.set(key, resolve)),
        log: silent,
      });
      deadlines.start();
      return { deadlines, waits };
    };

    it('expires the others meanwhile, a few at once', async () => {
      const { deadlines, waits } = startWaiting();
      await setImmediate();
      expect([...waits.keys()]).toEqual(due.slice(0, 8).map(({ _id }) => _id));
      // The first one goes on waiting.
      for (const { _id } of due.slice(1)) {
        waits.get(_id)?.();
        await setImmediate();
      }
      expect(waits.size).toBe(due.length);
      waits.get('key-0')?.();
      await deadlines.stop();
    });

    it('begins none of the others once it stops', async () => {
      const { deadlines, waits } = startWaiting();
      await setImmediate();
      const stopped = deadlines.stop();
      for (const end of waits.values()) end();
      await stopped;
      expect(waits.size).toBe(8);
    });
  });
});
