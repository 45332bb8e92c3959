import { doubling, retry } from '@rentalbook/timing';
import { isStoreUnavailable } from './database';

const BACK_OFF = doubling({ first: 100, most: 5_000 });

/**
 * Repeats idempotent work while the database is unavailable or busy, until it succeeds. Throws the signal's reason when that
 * ends the wait first.
 */
export const retryWhileUnavailable = <Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> =>
  retry(work, { backOff: BACK_OFF, isTransient: isStoreUnavailable, signal });
