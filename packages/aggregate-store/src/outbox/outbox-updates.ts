import type { AggregateModel, Unsendable } from '../aggregate/aggregate-document';
import type { IdempotencyRecords } from '../idempotency/idempotency-records';
import { recordsStored, removal, unstoredCommands, type Batch } from './outbox-batch';

/** The relay's writes: idempotency records, and the outboxes of documents. */
export function outboxUpdates(model: AggregateModel, idempotencyRecords: IdempotencyRecords) {
  /** Needs MongoDB alone: while Kafka is unavailable, the outbox bounds the commands of a key, not its idempotency records. */
  const storeIdempotencyRecords = (batches: readonly Batch[]): Promise<unknown> =>
    Promise.all(batches.map(({ document }) => idempotencyRecords.fillIn(document._id, unstoredCommands(document))));

  const updateEach = (batches: readonly Batch[], update: (batch: Batch) => object): Promise<unknown> =>
    model.bulkWrite(
      batches.map((batch) => ({ updateOne: { filter: { _id: batch.document._id }, update: update(batch) } })),
      { ordered: false },
    );

  return {
    storeIdempotencyRecords,

    /** Stores the idempotency records of documents whose events could not be sent. */
    async storeRecordsOnly(batches: readonly Batch[]): Promise<void> {
      await storeIdempotencyRecords(batches);
      await updateEach(batches, ({ document }) => recordsStored(document));
    },

    /** Removes what was acknowledged; a document that was not changed meanwhile and is empty now has nothing pending. */
    async acknowledge(batches: readonly Batch[]): Promise<void> {
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
    },

    /** Blocks an outbox with the event that Kafka never takes at its head. */
    async block(key: string, unsendable: Unsendable): Promise<void> {
      await model.updateOne({ _id: key }, { $set: { unsendable } });
    },
  };
}
