import { setTimeout as delay } from 'node:timers/promises';
import { isStoreUnavailable } from './database';

const BACK_OFF_MS = { first: 100, most: 5_000 };

/**
 * Repeats idempotent work while the database is unavailable or busy, until it succeeds. Throws an AbortError when the signal
 * ends the wait first.
 */
export async function retryWhileUnavailable<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let backOff = BACK_OFF_MS.first; ; backOff = Math.min(backOff * 2, BACK_OFF_MS.most))
    try {
      return await work();
    } catch (error) {
      if (!isStoreUnavailable(error)) throw error;
      await delay(backOff, undefined, { signal });
    }
}
