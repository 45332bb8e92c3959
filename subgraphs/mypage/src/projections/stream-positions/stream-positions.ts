import { applyGuarded } from '@rentalbook/read-models';
import { joinCalls } from '@rentalbook/mongo';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import {
  type AppliedIds,
  type AppliedIdsBySource,
  conflictingIn,
  type ConsumedEvent,
  crashPoint,
  nextOf,
  withAppliedIds,
} from '@rentalbook/messaging';
import { Schema, trusted, type Connection } from 'mongoose';

interface PositionDocument {
  readonly _id: string;
  readonly seq: number;
  /** Missing in positions that a rebuild or the version before wrote. */
  readonly applied?: AppliedIds;
}
const schema = new Schema<PositionDocument>(
  { _id: { type: String, required: true }, seq: { type: Number }, applied: { type: Schema.Types.Mixed } },
  { versionKey: false },
);
const idOf = (source: string, key: string): string => `${source}/${key}`;

/** The page's checkpoint of every stream. Moved after the views, so that a checkpoint is never ahead of them. */
export function streamPositionsIn(connection: Connection, collection: string) {
  const model = connection.model<PositionDocument>(collection, schema, collection);
  /** Moves the checkpoints of events that were applied in their order, in one write. */
  const moveTo = (events: readonly RentalbookEvent[], applied: AppliedIdsBySource = {}): Promise<void> =>
    applyGuarded(
      model,
      events.map(({ source, key, sequence }) => ({
        ...{ id: idOf(source, key), guard: 'seq', sequence },
        set: { ...(applied[source] && { applied: applied[source] }) },
      })),
    );
  const findJoined = joinCalls(async (calls: readonly (readonly string[])[]) => {
    const found = await model.find({ _id: trusted({ $in: calls.flat() }) }).lean<PositionDocument[]>();
    return calls.map((ids) => found.filter(({ _id }) => ids.includes(_id)));
  });
  return {
    /**
     * Runs `apply` for those of the events of one book that come next in their streams and moves the checkpoints afterwards, also
     * for events that no page shows. A repeat does nothing. Throws StreamGap, before anything was written, when something of
     * a stream is missing. Resolves to the events whose number another event has.
     */
    async inOrder(
      run: readonly ConsumedEvent[],
      apply: (news: readonly ConsumedEvent[]) => Promise<void>,
    ): Promise<readonly RentalbookEvent[]> {
      const sources = new Map(run.map(({ event }) => [idOf(event.source, event.key), event.source]));
      const found = await findJoined([...sources.keys()]);
      const checkpoints = found.map(({ _id, seq }): [string, number] => [sources.get(_id) ?? '', seq]);
      const before = Object.fromEntries(
        found.flatMap(({ _id, applied }) => (applied ? [[sources.get(_id) ?? '', applied] as const] : [])),
      );
      const news = nextOf(run, Object.fromEntries(checkpoints));
      const conflicting = conflictingIn(run, before);
      if (news.length === 0) return conflicting;
      await apply(news);
      crashPoint('page.before-checkpoint');
      await moveTo(
        news.map(({ event }) => event),
        withAppliedIds(before, news),
      );
      return conflicting;
    },

    moveTo: (events: readonly RentalbookEvent[]): Promise<void> => moveTo(events),

    async hasConsumed({ source, key, sequence }: { source: string; key: string; sequence: number }): Promise<boolean> {
      const found = await model.findById(idOf(source, key)).lean();
      return (found?.seq ?? 0) >= sequence;
    },
  };
}
