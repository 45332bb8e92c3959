export {
  checkDatabase,
  connectDatabase,
  isDuplicateKey,
  isInitialized,
  isStoreUnavailable,
  lostDatabase,
  MongoUnreachable,
  StoreUnavailable,
} from './database';
export { createDatabaseClock, type DatabaseClock } from './database-clock';
export { joinCalls } from './join-calls';
export { modelOn } from './model-on';
export { mongoCredentialsOf, watchRotation } from './mongo-credentials';
export { mongoSecurityNames, mongoSecurityOf, type MongoSecuritySettings } from './mongo-security';
export { retryWhileUnavailable } from './retry-while-unavailable';
