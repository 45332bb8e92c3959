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

/** With `conflict` another writer was first, and nothing was written; with `unknown` the next load shows whether it was. */
export type WriteResult = 'made' | 'conflict' | 'unknown';

interface ConditionalUpdate {
  readonly filter: { readonly _id: string; readonly revision: number };
  readonly update: UpdateQuery<AggregateDocument>;
}

/** Reads one document, and writes it conditionally on the revision that was read. */
export function documentAccess<State>(options: DocumentAccessOptions<State>) {
  const { model, clock, initial, nextDeadline, metrics } = options;
  let loads = 0;

  const insert = async (document: AggregateDocument<State>): Promise<WriteResult> => {
    try {
      await model.create([document]);
      return 'made';
    } catch (error) {
      if (isDuplicateKey(error)) return 'conflict';
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

  /** When not each of them was made, it is not known which ones were. */
  const updateJoined = joinCalls(async (updates: readonly ConditionalUpdate[]): Promise<readonly WriteResult[]> => {
    const { modifiedCount } = await model.bulkWrite(
      updates.map((updateOne) => ({ updateOne })),
      { ordered: false },
    );
    const result = modifiedCount === updates.length ? 'made' : updates.length === 1 ? 'conflict' : 'unknown';
    return updates.map(() => result);
  });

  /** One conditional write. */
  const writeOnce = async (before: Loaded<State>, after: Loaded<State>): Promise<WriteResult> => {
    const { state, sequence, revision, seen, appliedIds, pendingSince } = after;
    const outbox = after.outbox.slice(before.outbox.length);
    const commands = after.commands.filter((command) => command.revision === revision);
    const deadline = nextDeadline(state);
    const set = {
      ...{ state, sequence, revision, seen },
      ...(appliedIds && { appliedIds }),
      ...(pendingSince && { pendingSince }),
      ...(deadline !== null && { dueAt: new Date(deadline) }),
    };
    if (!before.exists) return insert({ ...newDocument(before._id, state), ...set, outbox, commands });
    return updateJoined({
      filter: { _id: before._id, revision: before.revision },
      update: {
        $set: set,
        ...(deadline === null && { $unset: { dueAt: 1 as const } }),
        $push: { outbox: { $each: outbox }, commands: { $each: commands, $slice: -RECORDED_COMMANDS } },
      },
    });
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

    /** Writes that begin together are one command. */
    async write(before: Loaded<State>, after: Loaded<State>): Promise<WriteResult> {
      crashPoint('command.before-write');
      const result = await writeOnce(before, after);
      crashPoint('command.after-write');
      return result;
    },
  };
}
