export {
  openTopicReplayer,
  type BatchMessage,
  type TopicReplayer,
  type TopicReplayerOptions,
} from './replay/topic-replayer';
export { crashPoint, crashPoints, type CrashPoint } from './crash-points/crash-point';
export { armingFile, type Armament } from './crash-points/armed';
export {
  deadLetterIn,
  type DeadLetter,
  type DeadLetterReason,
  type ReceivedMessage,
} from './dead-letters/dead-letters';
export {
  ForgedEvent,
  SIGNATURE_HEADER,
  unsigned,
  UnsignedEvent,
  type EventSignatures,
  type SignedRecord,
} from './publish/event-signature';
export type { KafkaSettings } from './kafka/kafka-client';
export {
  certificateFaults,
  fileFaults,
  kafkaSecurityNames,
  kafkaSecurityOf,
  SecuritySettingsError,
  type KafkaSecurity,
  type KafkaSecuritySettings,
} from './kafka/kafka-security';
export { passwordsIn, readSecret } from './kafka/passwords';
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
} from './dead-letters/parking';
export {
  createPublisher,
  MessageRefused,
  PartitionAway,
  type OutgoingMessage,
  type Publisher,
} from './publish/publisher';
export { readDeadLetters } from './dead-letters/read-dead-letters';
export { removeGroup } from './kafka/remove-group';
export { withTopicAdmin } from './kafka/topic-admin';
export { isDiscarded, replayMessages, waitingDeadLetters } from './replay/replay';
export { conflictingIn, withAppliedIds, type AppliedIds, type AppliedIdsBySource } from './consume/applied-ids';
export { isNext, nextOf, StreamGap } from './consume/stream-gap';
export type { ConsumedEvent } from './consume/consumed-event';
export { createSubscriber, type Subscriber } from './consume/subscriber';
export type { SubscriberOptions } from './consume/subscriber-options';
export { endOffsets, tailEvents, tailMessages, type Tail, type TailOptions, type TopicMessage } from './consume/tail';
export { createTopicReader, type TopicEnds, type TopicReader } from './kafka/topic-ends';
export { deadLetterTopicOf } from './kafka/topic-names';
export { ensureTopics, type TopicSettings } from './kafka/topics';
export { KafkaUnreachable, unreachableIn } from './kafka/unreachable';
export { createWaitReport } from './kafka/wait-report';
