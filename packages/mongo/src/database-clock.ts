import { Schema, type Connection } from 'mongoose';
import { CLOCK_COLLECTION, lostDatabase, StoreUnavailable } from './database';
import { modelOn } from './model-on';

interface ClockDocument {
  readonly _id: string;
}
const schema = new Schema<ClockDocument>(
  { _id: { type: String, required: true } },
  { collection: CLOCK_COLLECTION, versionKey: false, autoCreate: false },
);
const ONLY = 'now';

/** The database's time, for decisions about documents that do not exist yet. Time is never a service's own. */
export function createDatabaseClock(connection: Connection) {
  const model = modelOn(connection, 'Clock', schema);
  return {
    /** Makes the document that the clock is read with; whether it was missing, as in a new database. */
    async prepare(): Promise<{ readonly isNew: boolean }> {
      const { upsertedCount } = await model.updateOne({ _id: ONLY }, { $setOnInsert: { _id: ONLY } }, { upsert: true });
      return { isNew: upsertedCount > 0 };
    },
    async now(): Promise<Date> {
      const [row] = await model.aggregate<{ now: Date }>([{ $match: { _id: ONLY } }, { $addFields: { now: '$$NOW' } }]);
      if (!row) throw new StoreUnavailable(lostDatabase(connection));
      return row.now;
    },
  };
}

export type DatabaseClock = ReturnType<typeof createDatabaseClock>;
