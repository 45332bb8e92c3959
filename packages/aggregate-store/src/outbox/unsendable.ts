import { trusted, type Connection } from 'mongoose';
import { aggregateModel, type AggregateDocument, type Unsendable } from '../aggregate/aggregate-document';
import { PENDING } from './outbox-batch';

export interface ParkedOutbox extends Unsendable {
  readonly key: string;
  /** How many events stay behind, the one that Kafka refused among them. */
  readonly waiting: number;
}

/** A parked document is a pending one, too; of the two fields, only that of the latter has an index. */
export const PARKED = { ...PENDING, unsendable: trusted({ $exists: true }) };

/** The outboxes of a service that wait because Kafka refused an event for good. */
export function parkedOutboxesIn(connection: Connection) {
  const model = aggregateModel(connection);
  return {
    async all(): Promise<readonly ParkedOutbox[]> {
      const found = await model.find(PARKED, { unsendable: 1, outbox: 1 }).lean<AggregateDocument[]>();
      return found.flatMap(({ _id, unsendable, outbox }) =>
        unsendable ? [{ ...unsendable, key: _id, waiting: outbox.length }] : [],
      );
    },

    /** Lets the relay try again, for instance after the broker's limit was raised; a refusal parks it again. */
    async tryAgain(key: string): Promise<void> {
      await model.updateOne({ _id: key }, { $unset: { unsendable: 1 } });
    },
  };
}
