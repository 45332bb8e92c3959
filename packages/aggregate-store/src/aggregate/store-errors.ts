import { IdempotencyKeyReused, IdempotencyKeysUsedUp } from '../idempotency/idempotency-records';
import { isStoreUnavailable } from '../mongo/database';
import { BeyondLimit } from '../decider';

/** Classifies the expected errors of the store, as opposed to bugs. */
export const storeErrors = {
  isUnavailable: isStoreUnavailable,
  isBadInput: (error: unknown): error is IdempotencyKeyReused | BeyondLimit =>
    error instanceof IdempotencyKeyReused || error instanceof BeyondLimit,
  isOverloaded: (error: unknown): error is IdempotencyKeysUsedUp => error instanceof IdempotencyKeysUsedUp,
};
