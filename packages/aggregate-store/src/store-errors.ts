import { IdempotencyKeyReused, IdempotencyKeysUsedUp } from './idempotency-records';
import { isStoreUnavailable } from './database';
import { BeyondLimit } from './decider';

/** How a service that uses the store tells its expected errors from bugs. */
export const storeErrors = {
  isUnavailable: isStoreUnavailable,
  isBadInput: (error: unknown): error is IdempotencyKeyReused | BeyondLimit =>
    error instanceof IdempotencyKeyReused || error instanceof BeyondLimit,
  isOverloaded: (error: unknown): error is IdempotencyKeysUsedUp => error instanceof IdempotencyKeysUsedUp,
};
