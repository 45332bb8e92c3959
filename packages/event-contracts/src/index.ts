export { BeyondLimit } from './beyond-limit';
export { BOOK_TAG, bookTag, CATALOGUE_TAG, memberTag, tagsOfEvent } from './cache-tags';
export {
  reasonCodes,
  ruleCodes,
  type LimitFacts,
  type NoFacts,
  type ReasonCode,
  type Refusal,
  type RefusalFacts,
  type RefusedCode,
  type RuleCode,
} from './codes';
export type { Envelope } from './envelope';
export { refusalCodeOf, refusalCodes, type RefusalCode } from './fields';
export { REASON_LENGTH, TITLE_LENGTH } from './limits';
export { charactersOf, memberIdFault, MEMBER_ID_LENGTH } from './member-id';
export { MalformedEvent } from './malformed-event';
export { parseEvent } from './parse-event';
export {
  escapeUnprintable,
  hasUnprintable,
  isBlank,
  withoutCredentials,
  withoutPassword,
  withoutUnprintable,
} from './printable-text';
export { returnedCopy, type ReturnedCopy } from './rental/returned-copy';
export type { VersionedEvent } from './event-versions';
export {
  eventContracts,
  eventVersions,
  sources,
  sourcesOf,
  type BodyOf,
  type EventOf,
  type EventType,
  type RentalbookEvent,
  type Source,
} from './registry';
