import { crashPoint, MessageRefused, PartitionAway, type Log } from '@rentalbook/messaging';
import type { AggregateModel, Unsendable } from '../aggregate/aggregate-document';
import type { createBackoffRegistry } from './backoff-registry';
import { isStoreUnavailable } from '@rentalbook/mongo';
import { createEventSender, Unsent, type EventSenderOptions } from './event-sender';
import type { IdempotencyRecords } from '../idempotency/idempotency-records';
import type { LocalOutboxes } from './local-outboxes';
import type { Batch } from './outbox-batch';
import { outboxUpdates } from './outbox-updates';
import { createProjectedOnce } from './projected-once';
import type { Projection } from '../aggregate/projection-notifier';

export interface OutboxPublisherOptions extends EventSenderOptions {
  readonly model: AggregateModel;
  readonly idempotencyRecords: IdempotencyRecords;
  readonly outboxes: LocalOutboxes;
  readonly project: Projection;
  readonly log: Log;
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
  const { log, metrics, outboxes } = options;
  const projected = createProjectedOnce(options.project);
  const send = createEventSender(options);
  const { storeIdempotencyRecords, storeRecordsOnly, acknowledge, block } = outboxUpdates(
    options.model,
    options.idempotencyRecords,
  );

  const publishBatch = async (batches: readonly Batch[]): Promise<void> => {
    const entries = batches.flatMap((batch) => batch.entries);
    // 1. Project and send.
    if (entries.length > 0) {
      await projected.project(entries);
      await send(entries).catch(async (error: unknown) => {
        await storeRecordsOnly(batches);
        throw error;
      });
    }
    // 2. Store the idempotency records, then remove what was acknowledged.
    await storeIdempotencyRecords(batches);
    crashPoint('relay.before-pull');
    await acknowledge(batches);
    crashPoint('relay.after-pull');
    projected.acknowledged(entries);
    for (const { document, entries } of batches) {
      outboxes.acknowledged(document, entries.at(-1)?.seq);
      backoff.remove(document._id);
    }
  };

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
      log[level]({ err: error, key: document._id }, 'the events of a key cannot be published and wait');
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
        await block(document._id, unsendable);
        outboxes.forget(document._id);
        metrics.count('relay_failures', { kind: 'unsendable' });
        log.error({ key: document._id, ...unsendable }, 'Kafka will never take this event: its outbox is parked');
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
