import { crashPoint, type Metrics } from '@rentalbook/messaging';
import mongoose from 'mongoose';
import { RECORDED_COMMANDS, type AggregateDocument, type AggregateModel } from './aggregate-document';
import { isDuplicateKey } from '../mongo/database';
import type { DatabaseClock } from '../mongo/database-clock';
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

  /** One conditional write; false when another writer was first. */
  const writeOnce = async (before: Loaded<State>, after: Loaded<State>): Promise<boolean> => {
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
    const result = await model.updateOne(
      { _id: before._id, revision: before.revision },
      {
        $set: set,
        ...(deadline === null && { $unset: { dueAt: 1 } }),
        $push: { outbox: { $each: outbox }, commands: { $each: commands, $slice: -RECORDED_COMMANDS } },
      },
    );
    return result.modifiedCount === 1;
  };

  return {
    /** The document of a key, or the initial one when there is none. */
    async load(key: string): Promise<Loaded<State>> {
      const [row] = await model.aggregate<AggregateDocument<State> & { now: Date }>([
        { $match: { _id: key } },
        { $addFields: { now: '$$NOW' } },
      ]);
      if (row && loads++ % LOADS_PER_MEASURE === 0)
        metrics.observe('document_bytes', {}, mongoose.mongo.BSON.calculateObjectSize(row));
      return row ? { ...row, exists: true } : { ...newDocument(key, initial), exists: false, now: await clock.now() };
    },

    /** Resolves to false, and nothing is written, when another writer was first. */
    async write(before: Loaded<State>, after: Loaded<State>): Promise<boolean> {
      crashPoint('command.before-write');
      const isFirst = await writeOnce(before, after);
      crashPoint('command.after-write');
      return isFirst;
    },
  };
}
