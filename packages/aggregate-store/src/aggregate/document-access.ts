import { crashPoint, type Metrics } from '@rentalbook/messaging';
import mongoose, { type UpdateQuery } from 'mongoose';
import { DOCUMENT_VERSION, RECORDED_COMMANDS, type AggregateDocument, type AggregateModel } from './aggregate-document';
import { type DatabaseClock, isDuplicateKey, joinCalls, StoreUnavailable } from '@rentalbook/mongo';
import { newDocument, type Loaded } from './document-change';

/** Measuring a document costs a tenth of reading it: one load in this many is measured. */
const LOADS_PER_MEASURE = 16;

export interface DocumentAccessOptions<State> {
  readonly model: AggregateModel;
  readonly clock: DatabaseClock;
  readonly initial: State;
  /** The instant (ISO 8601) at which something in the state expires by itself; null while nothing can. */
  readonly nextDeadline: (state: State) => string | null;
  readonly metrics: Metrics;
}

interface ConditionalUpdate {
  readonly filter: { readonly _id: string; readonly revision: number };
  readonly update: UpdateQuery<AggregateDocument>;
}

/** Reads one document, and writes it conditionally on the revision that was read. */
export function documentAccess<State>(options: DocumentAccessOptions<State>) {
  const { model, clock, initial, nextDeadline, metrics } = options;
  let loads = 0;

  const insert = async (document: AggregateDocument<State>): Promise<boolean> => {
    try {
      await model.create([document]);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  };

  const loadJoined = joinCalls(async (keys: readonly string[]) => {
    const rows = await model.aggregate<AggregateDocument<State> & { now: Date }>([
      { $match: { _id: { $in: [...keys] } } },
      { $addFields: { now: '$$NOW' } },
    ]);
    const found = new Map(rows.map((row) => [row._id, row]));
    const now = rows[0]?.now ?? (await clock.now());
    return keys.map((key): Loaded<State> => {
      const row = found.get(key);
      return row ? { ...row, exists: true } : { ...newDocument(key, initial), exists: false, now };
    });
  });

  /** False for all of them when not each was made: which ones were is not known then. */
  const updateJoined = joinCalls(async (updates: readonly ConditionalUpdate[]) => {
    const { modifiedCount } = await model.bulkWrite(
      updates.map((updateOne) => ({ updateOne })),
      { ordered: false },
    );
    return updates.map(() => modifiedCount === updates.length);
  });

  /** One conditional write. */
  const writeOnce = async (before: Loaded<State>, after: Loaded<State>, mayJoin: boolean): Promise<boolean> => {
    const { state, sequence, revision, seen, appliedIds } = after;
    const outbox = after.outbox.slice(before.outbox.length);
    const commands = after.commands.filter((command) => command.revision === revision);
    const hasWork = outbox.length > 0 || commands.some(({ hash }) => hash !== undefined);
    const pendingSince = before.pendingSince ?? (hasWork ? before.now : undefined);
    const deadline = nextDeadline(state);
    const set = {
      ...{ state, sequence, revision, seen },
      ...(appliedIds && { appliedIds }),
      ...(pendingSince && { pendingSince }),
      ...(deadline !== null && { dueAt: new Date(deadline) }),
    };
    if (!before.exists) return insert({ ...newDocument(before._id, state), ...set, outbox, commands });
    const filter = { _id: before._id, revision: before.revision };
    const update = {
      $set: set,
      ...(deadline === null && { $unset: { dueAt: 1 as const } }),
      $push: { outbox: { $each: outbox }, commands: { $each: commands, $slice: -RECORDED_COMMANDS } },
    };
    if (mayJoin) return updateJoined({ filter, update });
    return (await model.updateOne(filter, update)).modifiedCount === 1;
  };

  return {
    /** The document of a key, or the initial one when there is none. Loads that begin together are one query. */
    async load(key: string): Promise<Loaded<State>> {
      const loaded = await loadJoined(key);
      if ((loaded.version ?? 1) > DOCUMENT_VERSION)
        throw new StoreUnavailable('A newer release of this service wrote the document; its replicas can change it.');
      if (loaded.exists && loads++ % LOADS_PER_MEASURE === 0)
        metrics.observe('document_bytes', {}, mongoose.mongo.BSON.calculateObjectSize(loaded));
      return loaded;
    },

    /**
     * Resolves to false when another writer was first, and nothing was written. A write that `mayJoin` others is sent with those
     * that begin at the same time; false means then that it may have been made: the next load shows it.
     */
    async write(before: Loaded<State>, after: Loaded<State>, mayJoin: boolean): Promise<boolean> {
      crashPoint('command.before-write');
      const isMade = await writeOnce(before, after, mayJoin);
      crashPoint('command.after-write');
      return isMade;
    },
  };
}
