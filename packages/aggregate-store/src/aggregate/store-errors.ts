import { BeyondLimit } from '@rentalbook/event-contracts';
import { explain, type Explanation } from '@rentalbook/sentences';
import { IdempotencyKeyReused, IdempotencyKeysUsedUp } from '../idempotency/idempotency-records';
import { isStoreUnavailable } from '@rentalbook/mongo';

/** Classifies the expected errors of the store, as opposed to bugs. */
export const storeErrors = {
  isUnavailable: isStoreUnavailable,

  badInput(error: unknown): Explanation | undefined {
    if (error instanceof IdempotencyKeyReused) return error.explanation;
    return error instanceof BeyondLimit ? explain(error.code, error.facts) : undefined;
  },

  overloaded: (error: unknown): Explanation | undefined =>
    error instanceof IdempotencyKeysUsedUp ? error.explanation : undefined,
};
