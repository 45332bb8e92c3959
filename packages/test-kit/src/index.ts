export * from './answers';
export { newDataFolder } from './data-folder';
export { bundleServer, endServer, failingServer, startServer, type Bundle } from './bundled-server';
export { eventually, GIVE_UP_AFTER_MS, type Patience } from './eventually';
export { freePorts, freeRun } from './free-ports';
export {
  accepted,
  acceptedOnceAnswered,
  AnsweredWithErrors,
  librarian,
  member,
  anonymous,
  person,
  unlessUnavailable,
  type Librarian,
  type Person,
  type Reader,
  type TokenClaims,
} from './people';
export { isAlive } from './is-alive';
export { mountSmallDisk, type SmallDisk } from './small-disk';
export { startSpanReceiver, type ReceivedSpan, type SpanReceiver } from './span-receiver';
export { realEngines, type Engines } from './environment';
export {
  programNames,
  runStart,
  serviceNames,
  startSystem,
  type EndedStart,
  type ProgramName,
  type System,
  type SystemOptions,
} from './system';
export {
  messageCount,
  putMessages,
  readEvents,
  readMessages,
  readMessagesOf,
  tailDeadLetters,
  type EventLog,
} from './topic';
