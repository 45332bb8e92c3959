import { applyGuarded } from '@rentalbook/aggregate-store';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
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
    moveTo: ({ source, key, sequence }: RentalbookEvent): Promise<void> =>
      applyGuarded(model, [{ id: idOf(source, key), guard: 'seq', sequence, set: {} }]),

    async hasSeen({ source, key, sequence }: { source: string; key: string; sequence: number }): Promise<boolean> {
      const found = await model.findById(idOf(source, key)).lean();
      return (found?.seq ?? 0) >= sequence;
    },
  };
}
