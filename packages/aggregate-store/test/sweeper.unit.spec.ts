import type { AggregateModel } from '../src/aggregate-document';
import { createSweeper } from '../src/sweeper';

const DAY_MS = 24 * 60 * 60 * 1_000;
const NOW = new Date('2026-03-02T09:00:00.000Z');
const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** A database whose clock stands still, and in which two books have something that lapses. */
const model = {
  aggregate: () =>
    Promise.resolve([
      { _id: 'a-second-ago', dueAt: new Date(NOW.getTime() - 1_000), now: NOW },
      { _id: 'in-a-second', dueAt: new Date(NOW.getTime() + 1_000), now: NOW },
    ]),
} as unknown as AggregateModel;

describe('the sweeper', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ['a day slow', -DAY_MS],
    ['right', 0],
    ['a day fast', DAY_MS],
  ])('settles what is due by the clock of the database, and nothing else, when its own is %s', async (_, skewMs) => {
    jest.useFakeTimers({ now: NOW.getTime() + skewMs });
    const settled: string[] = [];
    const sweeper = createSweeper({ model, lapse: (key) => Promise.resolve(void settled.push(key)), log: silent });
    sweeper.start();
    await jest.advanceTimersByTimeAsync(0);
    expect(settled).toEqual(['a-second-ago']);
    await sweeper.stop();
  });
});
