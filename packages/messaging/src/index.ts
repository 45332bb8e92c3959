export { openTopicReplayer, type BatchMessage, type TopicReplayer, type TopicReplayerOptions } from './topic-replayer';
export { crashPoint, crashPoints, type CrashPoint } from './crash-points/crash-point';
export { armingFile, type Armament } from './crash-points/armed';
export { deadLetterIn, type DeadLetter, type DeadLetterReason, type ReceivedMessage } from './dead-letters';
export {
  ForgedEvent,
  SIGNATURE_HEADER,
  unsigned,
  UnsignedEvent,
  type EventSignatures,
  type SignedRecord,
} from './event-signature';
export type { KafkaSettings } from './kafka-client';
export {
  certificateFaults,
  fileFaults,
  kafkaSecurityNames,
  kafkaSecurityOf,
  SecuritySettingsError,
  type KafkaSecurity,
  type KafkaSecuritySettings,
} from './kafka-security';
export { passwordsIn, readSecret } from './passwords';
export type { Log } from './log';
export { noopMetrics, type Metrics } from '@rentalbook/observability/metrics';
export {
  discarded,
  deadLetterId,
  ParkingConflict,
  type Discard,
  type KeyRecord,
  type ParkedKeys,
  type ParkingCause,
} from './parking';
export { createPublisher, MessageRefused, PartitionAway, type OutgoingMessage, type Publisher } from './publisher';
export { readDeadLetters } from './read-dead-letters';
export { removeGroup } from './remove-group';
export { isDiscarded, replayMessages, waitingDeadLetters } from './replay';
export { conflictingIn, withAppliedIds, type AppliedIds, type AppliedIdsBySource } from './applied-ids';
export { isNext, nextOf, StreamGap } from './stream-gap';
export type { ConsumedEvent } from './consumed-event';
export { createSubscriber, type Subscriber } from './subscriber';
export type { SubscriberOptions } from './subscriber-options';
export {
  countMessages,
  endOffsets,
  tailEvents,
  tailMessages,
  type Tail,
  type TailOptions,
  type TopicMessage,
} from './tail';
export { createTopicReader, type TopicEnds, type TopicReader } from './topic-ends';
export { deadLetterTopicOf } from './topic-names';
export { ensureTopics, KafkaUnreachable, type TopicSettings } from './topics';
export { createWaitReport } from './wait-report';
