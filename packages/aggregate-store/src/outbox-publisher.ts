import type { RentalbookEvent } from '@rentalbook/event-contracts';
import {
  crashPoint,
  MessageRefused,
  PartitionAway,
  type EventSignatures,
  type Log,
  type Metrics,
  type Publisher,
} from '@rentalbook/messaging';
import { inSharedSpans, messagePart } from '@rentalbook/tracing';
import type { AggregateModel, OutboxEntry, Unsendable } from './aggregate-document';
import type { createBackoffRegistry } from './backoff-registry';
import { isStoreUnavailable } from './database';
import type { IdempotencyRecords } from './idempotency-records';
import { recordsStored, removal, toMessage, unstoredCommands, type Batch } from './outbox-batch';
import type { Projection } from './projection-notifier';

export interface OutboxPublisherOptions {
  readonly model: AggregateModel;
  readonly idempotencyRecords: IdempotencyRecords;
  readonly project: Projection;
  readonly publisher: Publisher;
  /** Signs each event when it is sent, so that an event that waited gets a signature with the current key. */
  readonly sign: EventSignatures['sign'];
  readonly topic: string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onPublished?: (events: readonly RentalbookEvent[]) => void;
}

/** Kafka did not acknowledge the events: they may or may not be in the topic. */
class Unsent extends Error {
  override readonly name = 'Unsent';
}

/** Kafka or the database is unavailable, which concerns every document. */
const isEngineAway = (error: unknown): boolean => error instanceof Unsent || isStoreUnavailable(error);

/**
 * Publishes the heads of outboxes: at least once and, for each document, in order. Sending starts at the head of the outbox,
 * and removal follows the acknowledgement.
 *
 * An unavailable engine makes all documents wait. A document that fails for another reason waits alone, also when its
 * partition has no leader; and one with an event that Kafka never takes is blocked with that event at the head of its
 * outbox, because publishing what follows would leave a gap.
 */
export function createOutboxPublisher(
  options: OutboxPublisherOptions,
  backoff: ReturnType<typeof createBackoffRegistry>,
) {
  const { model, idempotencyRecords, project, publisher, sign, topic, log, metrics } = options;

  const publishBatch = async (batches: readonly Batch[]): Promise<void> => {
    const entries = batches.flatMap((batch) => batch.entries);
    // 1. Project and send.
    if (entries.length > 0) {
      await project(entries.map(({ event }) => event));
      await send(entries).catch(async (error: unknown) => {
        await storeIdempotencyRecords(batches);
        await updateEach(batches, ({ document }) => recordsStored(document));
        throw error;
      });
    }
    // 2. Store the idempotency records, then remove what was acknowledged.
    await storeIdempotencyRecords(batches);
    crashPoint('relay.before-pull');
    await acknowledge(batches);
    crashPoint('relay.after-pull');
    for (const { document } of batches) backoff.remove(document._id);
  };

  /** Needs MongoDB alone: while Kafka is unavailable, the outbox bounds the commands of a key, not its idempotency records. */
  const storeIdempotencyRecords = (batches: readonly Batch[]): Promise<unknown> =>
    Promise.all(batches.map(({ document }) => idempotencyRecords.fillIn(document._id, unstoredCommands(document))));

  const send = async (entries: readonly OutboxEntry[]): Promise<void> => {
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
    options.onPublished?.(entries.map(({ event }) => event));
  };

  /** Removes what was acknowledged; a document that was not changed meanwhile and is empty now has nothing pending. */
  const acknowledge = async (batches: readonly Batch[]): Promise<void> => {
    const result = await model.bulkWrite(
      batches.map((batch) => ({
        updateOne: {
          filter: { _id: batch.document._id, revision: batch.document.revision },
          update: {
            ...removal(batch),
            ...(batch.entries.length === batch.document.outbox.length && { $unset: { pendingSince: 1 } }),
          },
        },
      })),
      { ordered: false },
    );
    if (result.matchedCount === batches.length) return;
    await updateEach(batches, removal);
  };

  const updateEach = (batches: readonly Batch[], update: (batch: Batch) => object): Promise<unknown> =>
    model.bulkWrite(
      batches.map((batch) => ({ updateOne: { filter: { _id: batch.document._id }, update: update(batch) } })),
      { ordered: false },
    );

  /** Publishes one document by itself, so that its failure does not hold up the others. */
  const publishOne = async (batch: Batch): Promise<void> => {
    const { document } = batch;
    try {
      await publishBatch([batch]);
    } catch (error) {
      if (isEngineAway(error)) throw error;
      if (error instanceof MessageRefused) {
        await publishUntilRefused(batch);
        return;
      }
      metrics.count('relay_failures', { kind: 'postponed' });
      const level = error instanceof PartitionAway ? 'warn' : 'error';
      log[level]({ err: error, key: document._id }, 'the events of a book cannot be published and wait');
      backoff.add(document._id);
    }
  };

  /** Kafka refused one of these events: publishes those before it and blocks the outbox with that one at its head. */
  const publishUntilRefused = async ({ document, entries }: Batch): Promise<void> => {
    for (const entry of entries)
      try {
        await publishBatch([{ document, entries: [entry] }]);
      } catch (error) {
        if (!(error instanceof MessageRefused)) throw error;
        const unsendable: Unsendable = { seq: entry.seq, reason: error.message, at: new Date() };
        await model.updateOne({ _id: document._id }, { $set: { unsendable } });
        metrics.count('relay_failures', { kind: 'unsendable' });
        log.error({ key: document._id, ...unsendable }, 'Kafka will never take this event: its book is parked');
        return;
      }
  };

  /** Publishes all together; one by one when that fails for another reason than an unavailable engine, which it throws. */
  return async (batches: readonly Batch[]): Promise<void> => {
    try {
      await publishBatch(batches);
    } catch (error) {
      if (isEngineAway(error)) throw error;
      for (const batch of batches) await publishOne(batch);
    }
  };
}

function publishOutcomeOf(error: unknown): string {
  if (error instanceof MessageRefused) return 'refused';
  return error instanceof PartitionAway ? 'partition_away' : 'unsent';
}
