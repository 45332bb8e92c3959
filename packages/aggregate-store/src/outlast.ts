import { setTimeout as delay } from 'node:timers/promises';
import { isStoreUnavailable } from './database';

const BACK_OFF_MS = { first: 100, most: 5_000 };

/**
 * Does something that may be repeated again while the database is away or busy, until it succeeds. Throws an AbortError
 * when the signal ends the wait first.
 */
export async function outlast<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let backOff = BACK_OFF_MS.first; ; backOff = Math.min(backOff * 2, BACK_OFF_MS.most))
    try {
      return await work();
    } catch (error) {
      if (!isStoreUnavailable(error)) throw error;
      await delay(backOff, undefined, { signal });
    }
}
