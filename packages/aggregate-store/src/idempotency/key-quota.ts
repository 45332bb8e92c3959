import { Schema, trusted, type Connection } from 'mongoose';
import { isDuplicateKey, modelOn } from '@rentalbook/mongo';

interface QuotaDocument {
  readonly _id: string;
  readonly used: number;
  readonly at: Date;
}

const KEPT_SECONDS = 48 * 60 * 60;
const schema = new Schema<QuotaDocument>(
  {
    _id: { type: String, required: true },
    used: { type: Number, required: true },
    at: { type: Date, required: true },
  },
  { collection: 'key_quotas', versionKey: false, autoCreate: false },
);
schema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });

/** One of an owner's keys of a day. */
export interface TakenKey {
  readonly quota: string;
}

/** Counts the idempotency keys that each owner uses on a day (UTC): one document an owner and day, exact for all replicas. */
export function createKeyQuota(connection: Connection, perDay: number, now: () => Date) {
  const model = modelOn(connection, 'KeyQuota', schema);
  return {
    model,

    /** Takes one of the owner's keys of today; undefined, and nothing written, when none is left. */
    async take(owner: string): Promise<TakenKey | undefined> {
      const at = now();
      const quota = JSON.stringify([owner, at.toISOString().slice(0, 10)]);
      const free = { _id: quota, used: trusted({ $lt: perDay }) };
      const taken = { $inc: { used: 1 }, $setOnInsert: { at } };
      try {
        await model.updateOne(free, taken, { upsert: true });
        return { quota };
      } catch (error) {
        // The document exists: all keys are used, or another replica has just inserted it.
        if (!isDuplicateKey(error)) throw error;
        const { modifiedCount } = await model.updateOne(free, taken);
        return modifiedCount === 1 ? { quota } : undefined;
      }
    },

    async giveBack({ quota }: TakenKey): Promise<void> {
      await model.updateOne({ _id: quota }, { $inc: { used: -1 } });
    },
  };
}
