export type { Envelope } from './envelope';
export { refusalCodes, type RefusalCode } from './fields';
export { MalformedEvent, parseEvent } from './parse-event';
export {
  eventContracts,
  type BodyOf,
  type EventOf,
  type EventType,
  type RentalbookEvent,
  type Source,
} from './registry';
