import { applyGuarded, joinReadsById } from '@rentalbook/read-models';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import {
  type AppliedIds,
  type AppliedIdsBySource,
  conflictingIn,
  type ConsumedEvent,
  crashPoint,
  nextOf,
  StreamGap,
  withAppliedIds,
} from '@rentalbook/messaging';
import { BoundedMap, bytesOfText } from '@rentalbook/service-kit';
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

/** Bytes of checkpoints that this process remembers: of some thousand streams. */
const REMEMBERED_BYTES = 4 * 1_024 * 1_024;

/**
 * The page's checkpoint of every stream. Moved after the views, so that a checkpoint is never ahead of them. A process remembers
 * those that it has moved: another one may have moved them further since, so that a gap is looked up, and what was applied
 * by then changes nothing.
 */
export function streamPositionsIn(connection: Connection, collection: string) {
  const remembered = new BoundedMap<PositionDocument>({
    maxBytes: REMEMBERED_BYTES,
    bytesOf: ({ _id, applied }) => bytesOfText(_id) + bytesOfText(applied?.digests ?? ''),
  });
  const model = connection.model<PositionDocument>(collection, schema, collection);
  /** Moves the checkpoints of events that were applied in their order, in one write. */
  const moveTo = async (events: readonly RentalbookEvent[], applied: AppliedIdsBySource = {}): Promise<void> => {
    const moves = events.map(({ source, key, sequence }) => ({
      ...{ id: idOf(source, key), guard: 'seq', sequence },
      set: { ...(applied[source] && { applied: applied[source] }) },
    }));
    await applyGuarded(model, moves);
    for (const { id, sequence, set } of moves)
      if (set.applied) remembered.set(id, { _id: id, seq: sequence, applied: set.applied });
      else remembered.delete(id);
  };
  const findJoined = joinReadsById((ids) => model.find({ _id: trusted({ $in: ids }) }).lean<PositionDocument[]>());
  /** What is new of a run, from these checkpoints. */
  const compare = (run: readonly ConsumedEvent[], found: readonly PositionDocument[]) => {
    const sources = new Map(run.map(({ event }) => [idOf(event.source, event.key), event.source]));
    const checkpoints = found.map(({ _id, seq }): [string, number] => [sources.get(_id) ?? '', seq]);
    const applied: AppliedIdsBySource = Object.fromEntries(
      found.flatMap((position) =>
        position.applied ? [[sources.get(position._id) ?? '', position.applied] as const] : [],
      ),
    );
    return { news: nextOf(run, Object.fromEntries(checkpoints)), conflicting: conflictingIn(run, applied), applied };
  };
  const newsOf = async (run: readonly ConsumedEvent[]) => {
    const ids = [...new Set(run.map(({ event }) => idOf(event.source, event.key)))];
    const known = ids.flatMap((id) => remembered.get(id) ?? []);
    if (known.length === ids.length)
      try {
        return compare(run, known);
      } catch (error) {
        if (!(error instanceof StreamGap)) throw error;
      }
    return compare(run, await findJoined(ids));
  };
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
      const { news, conflicting, applied } = await newsOf(run);
      if (news.length === 0) return conflicting;
      await apply(news);
      crashPoint('page.before-checkpoint');
      await moveTo(
        news.map(({ event }) => event),
        withAppliedIds(applied, news),
      );
      return conflicting;
    },

    moveTo: (events: readonly RentalbookEvent[]): Promise<void> => moveTo(events),

    async hasConsumed({ source, key, sequence }: { source: string; key: string; sequence: number }): Promise<boolean> {
      const id = idOf(source, key);
      if ((remembered.get(id)?.seq ?? 0) >= sequence) return true;
      const found = await model.findById(id).lean();
      return (found?.seq ?? 0) >= sequence;
    },
  };
}
