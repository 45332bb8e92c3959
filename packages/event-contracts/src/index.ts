export type { Envelope } from './envelope';
export { refusalCodeOf, refusalCodes, type RefusalCode } from './fields';
export { REASON_LENGTH, TITLE_LENGTH } from './limits';
export { memberIdFault, MEMBER_ID_LENGTH } from './member-id';
export { MalformedEvent, parseEvent } from './parse-event';
export {
  escapeUnprintable,
  hasUnprintable,
  isBlank,
  withoutCredentials,
  withoutPassword,
  withoutUnprintable,
} from './printable-text';
export {
  eventContracts,
  sources,
  type BodyOf,
  type EventOf,
  type EventType,
  type RentalbookEvent,
  type Source,
} from './registry';
