import type { Reader } from '@rentalbook/test-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { startCounting, type Counting, type Tally } from './counting';
import { NotProven } from './drill';
import type { Stage } from './stage';

export const CATALOGUE = '{ books(first: 5) { edges { node { id title } } } }';

/** So short that a sick replica is found by five requests at once, and so long that a small machine does other work as well. */
const PAUSE_MS = 20;
const REQUESTS_WITHIN_MS = 60_000;

/** Readers who go on reading while something is done to the system. */
export interface Reading {
  /** Counts anew from here. */
  restart(): void;
  /** What came of the requests that were sent since the count began. */
  tally(): Tally;
  /** Counts anew, and resolves once so many requests have been answered, to what came of them. */
  next(requests: number): Promise<Tally>;
}

/** Does something while so many readers look at the catalogue, each again and again. */
export async function whileReading<Result>(
  stage: Stage,
  readers: number,
  work: (reading: Reading) => Promise<Result>,
): Promise<Result> {
  const everyone = await Promise.all(Array.from({ length: readers }, () => stage.reader('reading')));
  const ended = new AbortController();
  let counting = startCounting();
  const readOn = async (reader: Reader): Promise<void> => {
    while (!ended.signal.aborted && !stage.signal.aborted) {
      const into: Counting = counting;
      await into.of(() => reader.data(CATALOGUE));
      await delay(PAUSE_MS);
    }
  };
  const reading = Promise.all(everyone.map(readOn));
  const restart = (): void => {
    counting = startCounting();
  };
  const tally = (): Tally => counting.tally();
  try {
    return await work({
      restart,
      tally,
      async next(requests) {
        restart();
        await stage.until(() => tally().requests >= requests, {
          withinMs: REQUESTS_WITHIN_MS,
          what: `${String(requests)} requests`,
        });
        return tally();
      },
    });
  } finally {
    ended.abort(new NotProven('the reading has ended'));
    await reading;
  }
}
