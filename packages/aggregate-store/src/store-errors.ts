import { IdempotencyKeyReused } from './answers';
import { isStoreUnavailable } from './database';

/** How a service that uses the store tells its expected errors from bugs. */
export const storeErrors = {
  isUnavailable: isStoreUnavailable,
  isBadInput: (error: unknown): error is IdempotencyKeyReused => error instanceof IdempotencyKeyReused,
};
