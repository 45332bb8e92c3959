import { applyGuarded } from '@rentalbook/aggregate-store';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { crashPoint, isNext, type HeardEvent } from '@rentalbook/messaging';
import { Schema, type Connection } from 'mongoose';

interface PositionDocument {
  readonly _id: string;
  readonly seq: number;
}
const schema = new Schema<PositionDocument>(
  { _id: { type: String, required: true }, seq: { type: Number } },
  { versionKey: false },
);
const idOf = (source: string, key: string): string => `${source}/${key}`;

/** How far the page has got in every stream. Moved after the views, so that a position never promises too much. */
export function streamPositionsIn(connection: Connection, collection: string) {
  const model = connection.model<PositionDocument>(collection, schema, collection);
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
      crashPoint('page.before-mark');
      await applyGuarded(model, [{ id, guard: 'seq', sequence, set: {} }]);
    },

    /** Moves the marks of events that were applied in their order, many at once. */
    moveTo: (events: readonly RentalbookEvent[]): Promise<void> =>
      applyGuarded(
        model,
        events.map(({ source, key, sequence }) => ({ id: idOf(source, key), guard: 'seq', sequence, set: {} })),
      ),

    async hasSeen({ source, key, sequence }: { source: string; key: string; sequence: number }): Promise<boolean> {
      const found = await model.findById(idOf(source, key)).lean();
      return (found?.seq ?? 0) >= sequence;
    },
  };
}
