import { applyGuarded } from '@rentalbook/aggregate-store';
import { isNext, type HeardEvent } from '@rentalbook/messaging';
import { Schema, type Connection } from 'mongoose';

interface PositionDocument {
  readonly _id: string;
  readonly seq: number;
}
const schema = new Schema<PositionDocument>(
  { _id: { type: String, required: true }, seq: { type: Number } },
  { collection: 'mypage_positions', versionKey: false },
);
const idOf = (source: string, key: string): string => `${source}/${key}`;

/** How far the page has got in every stream. Moved after the views, so that a position never promises too much. */
export function streamPositionsIn(connection: Connection) {
  const model = connection.model<PositionDocument>('StreamPosition', schema);
  return {
    /**
     * Runs `apply` for the next event of a stream and moves the mark afterwards, also for an event that no page shows.
     * A repeat does nothing. Throws StreamGap, before anything was written, when something of the stream is missing.
     */
    async inOrder(heard: HeardEvent, apply: () => Promise<void>): Promise<void> {
      const { source, key, sequence } = heard.event;
      const id = idOf(source, key);
      const found = await model.findById(id).lean();
      if (!isNext(heard, found?.seq ?? 0)) return;
      if (heard.discarded !== true) await apply();
      await applyGuarded(model, [{ id, guard: 'seq', sequence, set: {} }]);
    },

    async hasSeen({ source, key, sequence }: { source: string; key: string; sequence: number }): Promise<boolean> {
      const found = await model.findById(idOf(source, key)).lean();
      return (found?.seq ?? 0) >= sequence;
    },
  };
}
