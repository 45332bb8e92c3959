export type { DeadLetterReason, ReceivedMessage } from './dead-letters';
export { createKafkaHealth, type KafkaHealth } from './health';
export type { KafkaSettings } from './kafka-client';
export type { Log } from './log';
export { createPublisher, type OutgoingMessage, type Publisher } from './publisher';
export { createSubscriber, type HeardEvent, type Subscriber, type SubscriberOptions } from './subscriber';
export { countMessages, tailEvents, tailMessages, type Tail, type TailOptions, type TopicMessage } from './tail';
export { deadLetterTopicOf, ensureTopics, KafkaUnreachable, type TopicSettings } from './topics';
