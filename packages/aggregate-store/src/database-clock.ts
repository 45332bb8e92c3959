import { Schema, type Connection } from 'mongoose';

interface ClockDocument {
  readonly _id: string;
}
const schema = new Schema<ClockDocument>(
  { _id: { type: String, required: true } },
  { collection: 'clock', versionKey: false, autoCreate: false },
);
const ONLY = 'now';

/** The database's time, for decisions about documents that do not exist yet. Time is never a service's own. */
export function createDatabaseClock(connection: Connection) {
  const model = connection.model<ClockDocument>('Clock', schema);
  return {
    async prepare(): Promise<void> {
      await model.updateOne({ _id: ONLY }, { $setOnInsert: { _id: ONLY } }, { upsert: true });
    },
    async now(): Promise<Date> {
      const [row] = await model.aggregate<{ now: Date }>([{ $match: { _id: ONLY } }, { $addFields: { now: '$$NOW' } }]);
      if (!row) throw new Error('the clock document is missing from the database');
      return row.now;
    },
  };
}

export type DatabaseClock = ReturnType<typeof createDatabaseClock>;
