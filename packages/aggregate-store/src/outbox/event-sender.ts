import type { RentalbookEvent } from '@rentalbook/event-contracts';
import {
  crashPoint,
  MessageRefused,
  PartitionAway,
  type EventSignatures,
  type Metrics,
  type Publisher,
} from '@rentalbook/messaging';
import { inSharedSpans, messagePart } from '@rentalbook/tracing';
import { eventsOf, type OutboxEntry } from '../aggregate/aggregate-document';
import { toMessage } from './outbox-batch';

export interface EventSenderOptions {
  readonly publisher: Publisher;
  /** Signs each event when it is sent, so that an event that waited gets a signature with the current key. */
  readonly sign: EventSignatures['sign'];
  readonly topic: string;
  readonly metrics: Metrics;
  readonly onPublished?: (events: readonly RentalbookEvent[]) => void;
}

/** Kafka did not acknowledge the events: they may or may not be in the topic. */
export class Unsent extends Error {
  override readonly name = 'Unsent';
}

/**
 * Sends events to Kafka, and resolves once they are acknowledged. Throws MessageRefused and PartitionAway as the publisher
 * does, and {@link Unsent} for any other failure.
 */
export function createEventSender(options: EventSenderOptions): (entries: readonly OutboxEntry[]) => Promise<void> {
  const { publisher, sign, topic, metrics } = options;
  return async (entries) => {
    crashPoint('relay.before-send');
    const end = metrics.startTimer('publish_duration_seconds');
    const [first] = entries;
    try {
      const batch = { 'messaging.batch.message_count': entries.length };
      await inSharedSpans(
        () => entries.map(({ event, traceparent }) => messagePart('send', topic, event, traceparent, batch)),
        (ownTraceparent) =>
          publisher.publish(
            topic,
            entries.map((entry, index) => toMessage(entry, sign, ownTraceparent(index))),
          ),
      );
    } catch (error) {
      end({ outcome: publishOutcomeOf(error) }, first?.traceparent);
      if (error instanceof MessageRefused || error instanceof PartitionAway) throw error;
      throw new Unsent('Kafka did not acknowledge', { cause: error });
    }
    crashPoint('relay.after-send');
    end({ outcome: 'acknowledged' }, first?.traceparent);
    metrics.count('events_sent', {}, entries.length);
    for (const { event, traceparent } of entries)
      metrics.observeSince('decided_to_published_seconds', {}, event.timestamp, traceparent);
    options.onPublished?.(eventsOf(entries));
  };
}

function publishOutcomeOf(error: unknown): string {
  if (error instanceof MessageRefused) return 'refused';
  return error instanceof PartitionAway ? 'partition_away' : 'unsent';
}
