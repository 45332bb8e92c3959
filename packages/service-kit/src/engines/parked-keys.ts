import { type KeyRecord, type ParkedKeys, ParkingConflict } from '@rentalbook/messaging';
import { Schema, trusted, type Connection } from 'mongoose';
import { isDuplicateKey, modelOn } from '@rentalbook/mongo';

type ParkedDocument = KeyRecord & { readonly _id: string };

const anything = Schema.Types.Mixed;
const schema = new Schema<ParkedDocument>(
  {
    _id: { type: String, required: true },
    consumer: { type: String, required: true },
    partition: { type: Number, required: true },
    // An empty key is a key, which mongoose's "required" would refuse.
    key: { type: String },
    revision: { type: Number, required: true },
    state: { type: String, required: true },
    cause: { type: String, required: true },
    reason: { type: String, required: true },
    offset: { type: Number, required: true },
    attempts: { type: Number, required: true },
    firstAt: { type: Date, required: true },
    lastAt: { type: Date, required: true },
    last: { type: Number, required: true },
    drained: { type: Number, required: true },
    waiting: { type: Number, required: true },
    discarded: { type: [anything], required: true },
    refusal: { type: anything },
  },
  { collection: 'parked', versionKey: false, autoCreate: false },
);

/**
 * The keys that a consumer has parked, in its service's own database: they outlive restarts and rebalances, and
 * every change is conditional on what was read.
 */
export function parkedKeysIn(connection: Connection): ParkedKeys & {
  /** Those of every consumer of this service that are parked now. */
  all(): Promise<readonly KeyRecord[]>;
  /** Whatever is on record for these consumers, also of keys that are free again. */
  ofConsumers(consumers: readonly string[]): Promise<readonly KeyRecord[]>;
} {
  const model = modelOn(connection, 'ParkedKey', schema);

  return {
    async find(consumer, partition, keys) {
      const ids = keys.map((key) => idOf({ consumer, partition, key }));
      const found = await model.find({ _id: trusted({ $in: ids }) }).lean<ParkedDocument[]>();
      return found.map(toRecord);
    },

    async save(before, after) {
      const document = { _id: idOf(after), ...after };
      if (before) {
        const replaced = await model.replaceOne({ _id: document._id, revision: before.revision }, document);
        if (replaced.matchedCount === 1) return;
        throw conflictAbout(after);
      }
      try {
        await model.create([document]);
      } catch (error) {
        throw isDuplicateKey(error) ? conflictAbout(after) : error;
      }
    },

    count: (consumer) => model.countDocuments({ consumer, state: 'parked' }),

    async all() {
      const found = await model.find({ state: 'parked' }).sort({ consumer: 1, key: 1 }).lean<ParkedDocument[]>();
      return found.map(toRecord);
    },

    async ofConsumers(consumers) {
      const found = await model.find({ consumer: trusted({ $in: [...consumers] }) }).lean<ParkedDocument[]>();
      return found.map(toRecord);
    },
  };
}

const idOf = ({ consumer, partition, key }: Pick<KeyRecord, 'consumer' | 'partition' | 'key'>): string =>
  `${consumer}/${String(partition)}/${key}`;

const conflictAbout = ({ consumer, key }: KeyRecord): ParkingConflict =>
  new ParkingConflict(`The record of the key "${key}" of ${consumer} was changed by another process.`);

function toRecord({ _id, ...record }: ParkedDocument): KeyRecord {
  return record;
}
