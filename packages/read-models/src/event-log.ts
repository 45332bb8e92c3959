import { eventVersions, type RentalbookEvent, type VersionedEvent } from '@rentalbook/event-contracts';
import { Schema, type Connection } from 'mongoose';
import { modelOn } from '@rentalbook/mongo';

interface LoggedEvent {
  /** The key, and the place in its stream with leading zeros: sorted by it, events of one key are in their order. */
  readonly _id: string;
  /** In the version that was published. */
  readonly event: VersionedEvent;
}
const schema = new Schema<LoggedEvent>(
  { _id: { type: String, required: true }, event: { type: Schema.Types.Mixed } },
  { collection: 'events', versionKey: false },
);
const AT_ONCE = 1_000;

/** Permanent event log of a service's own streams; allows rebuilds after Kafka's retention. */
export function eventLogIn(connection: Connection) {
  const model = modelOn(connection, 'ArchivedEvent', schema);
  return {
    /** Adds events; a repeat changes nothing. */
    async keep(events: readonly RentalbookEvent[]): Promise<void> {
      if (events.length === 0) return;
      await model.bulkWrite(
        events.map((event) => ({
          updateOne: {
            filter: { _id: `${event.key}/${String(event.sequence).padStart(12, '0')}` },
            update: { $setOnInsert: { event: eventVersions.written(event) } },
            upsert: true,
          },
        })),
        { ordered: false },
      );
    },

    /** How many events it has, as the database's statistics say. */
    count: (): Promise<number> => model.estimatedDocumentCount(),

    /** All events, stream after stream, in batches. */
    async *batches(): AsyncGenerator<readonly RentalbookEvent[]> {
      let batch: RentalbookEvent[] = [];
      for await (const { event } of model
        .find()
        .sort({ _id: 1 })
        .lean<LoggedEvent[]>()
        .cursor({ batchSize: AT_ONCE })) {
        batch.push(eventVersions.upcast(event));
        if (batch.length < AT_ONCE) continue;
        yield batch;
        batch = [];
      }
      yield batch;
    },
  };
}

export type EventLog = ReturnType<typeof eventLogIn>;
