export { hostAggregate, type AggregateHostOptions } from './aggregate-host';
export {
  createAggregateStore,
  type AggregateStore,
  type AggregateStoreOptions,
  type Progress,
  type RecordedState,
} from './aggregate-store';
export type { CommandContext, Executed } from './command';
export type { Projection } from './projection-notifier';
export type { AggregateDocument, AggregateModel } from './aggregate-document';
export { IdempotencyKeyReused, IdempotencyKeysUsedUp, type IdempotencyKey } from './idempotency-records';
export { madeAt } from './replica-wait';
export { createChanges, type Changes } from './changes';
export { checkDatabase, connectDatabase, isStoreUnavailable, MongoUnreachable, StoreUnavailable } from './database';
export { createDatabaseClock } from './database-clock';
export * from './decider';
export { createDerivedValues } from './derived-values';
export type { EngineSettings } from './engine-settings';
export { connectEngines, type Engines } from './engines';
export { eventLogIn, type EventLog } from './event-log';
export { newIdAt, type Cause } from './envelope-events';
export { applyGuarded, type GuardedUpsert } from './guarded-upsert';
export { mongoSecurityNames, mongoSecurityOf, type MongoSecuritySettings } from './mongo-security';
export { retryWhileUnavailable } from './retry-while-unavailable';
export { parkedKeysIn } from './parked-keys';
export { storeErrors } from './store-errors';
export { parkedOutboxesIn, type ParkedOutbox } from './unsendable';
export { createRelay, type Relay, type RelayOptions } from './relay';
