import type { TopicEnds } from '@rentalbook/messaging';
import { Schema, type Connection } from 'mongoose';
import { modelOn } from '@rentalbook/mongo';

interface PositionDocument {
  readonly _id: string;
  readonly ends: number[];
}
const schema = new Schema<PositionDocument>(
  { _id: { type: String, required: true }, ends: { type: [Number], required: true } },
  { collection: 'topic-positions', versionKey: false, autoCreate: false },
);

/** How far a topic went when this database last saw it: a topic that ends before that is another one, or an older one. */
export function topicPositionIn(connection: Connection, topic: string) {
  const model = modelOn(connection, 'TopicPosition', schema);
  return {
    /** Undefined for a database that has never seen the topic. */
    async read(): Promise<TopicEnds | undefined> {
      return (await model.findById(topic).lean())?.ends;
    },
    async write(ends: TopicEnds): Promise<void> {
      await model.updateOne({ _id: topic }, { $set: { ends: [...ends] } }, { upsert: true });
    },
  };
}
export type TopicPosition = ReturnType<typeof topicPositionIn>;
