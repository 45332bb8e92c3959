export { refuseArguments, runCommand, UsageError } from './command';
export { ensureDevelopmentKeys, issueDevelopmentToken, type TokenRequest } from './development-keys';
export { ask, type GraphQLAnswer } from './graphql-client';
export { createLogLines } from './log-lines';
export { isFree, untilAccepts } from './reachable';
export { untilReady } from './ready';
export { planSystem, type Program } from './service-table';
export { createSupervisor } from './supervisor';
export { isAlive, readRunning, type Running } from './running-file';
