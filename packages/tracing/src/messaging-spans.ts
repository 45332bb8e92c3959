import { SpanKind, type Attributes } from '@opentelemetry/api';
import type { SharedPart } from './shared-spans';
import { contextOf } from './trace-context';

/** What is recorded of an event: nothing that it holds about a member. */
export interface RecordedEvent {
  readonly id: string;
  readonly key: string;
  readonly source: string;
  readonly eventType: string;
  readonly sequence: number;
}

const OUR_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The key of an aggregate as an attribute, if this system made it: a client may write anything where an id belongs. */
export const keyAttribute = (key: string): Attributes => (OUR_ID.test(key) ? { 'rentalbook.aggregate.key': key } : {});

export const eventAttributes = ({ key, source, eventType, sequence }: RecordedEvent): Attributes => ({
  ...keyAttribute(key),
  'rentalbook.event.source': source,
  'rentalbook.event.type': eventType,
  'rentalbook.event.sequence': sequence,
});

/** The span of an event that is sent to, or taken from, a topic, by the semantic conventions for Kafka. */
export function messagePart(
  operation: 'send' | 'process',
  topic: string,
  event: RecordedEvent,
  traceparent: string | undefined,
  more: Attributes = {},
): SharedPart {
  return {
    name: `${operation} ${topic}`,
    kind: operation === 'send' ? SpanKind.PRODUCER : SpanKind.CONSUMER,
    parent: contextOf(traceparent),
    attributes: {
      ...messagingAttributes(operation, topic),
      'messaging.message.id': event.id,
      ...eventAttributes(event),
      ...more,
    },
  };
}

export const messagingAttributes = (operation: 'send' | 'process', topic: string): Attributes => ({
  'messaging.system': 'kafka',
  'messaging.operation.type': operation,
  'messaging.operation.name': operation,
  'messaging.destination.name': topic,
  'peer.service': 'kafka',
});
