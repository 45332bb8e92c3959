export { hostAggregate, type AggregateHostOptions } from './aggregate-host';
export {
  createAggregateStore,
  type AggregateStore,
  type AggregateStoreOptions,
  type Progress,
  type RecordedState,
} from './aggregate-store';
export type { Changes } from './aggregate/changes';
export type { CommandContext, Executed } from './aggregate/command';
export type { Projection } from './aggregate/projection-notifier';
export {
  DOCUMENT_VERSION,
  type AggregateDocument,
  type AggregateModel,
  type OutboxEntry,
} from './aggregate/aggregate-document';
export { IdempotencyKeyReused, IdempotencyKeysUsedUp, type IdempotencyKey } from './idempotency/idempotency-records';
export { recordedOutcome, type RecordedOutcome } from './idempotency/recorded-outcome';
export { madeAt } from './aggregate/replica-wait';
export { createDerivedValues } from './aggregate/derived-values';
export { newIdAt, type Cause } from './aggregate/envelope-events';
export { storeErrors } from './aggregate/store-errors';
export { parkedOutboxesIn, type ParkedOutbox } from './outbox/unsendable';
export { createRelay, type Relay, type RelayOptions } from './outbox/relay';
