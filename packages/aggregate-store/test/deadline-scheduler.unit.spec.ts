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
});
