export { runCommand, UsageError } from './command';
export { ensureDevelopmentKeys, issueDevelopmentToken, type TokenRequest } from './development-keys';
export { ask, type GraphQLAnswer } from './graphql-client';
export { isFree } from './reachable';
export { readRunning, type Running } from './running-file';
