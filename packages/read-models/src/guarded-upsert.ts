import mongoose, { type Model } from 'mongoose';
import { joinCalls } from '@rentalbook/mongo';

/** One change of a view document, applied only if the view has not applied this or a later event of the source yet. */
export interface GuardedUpsert {
  readonly id: string;
  /** The field that holds the highest sequence applied of the source. */
  readonly guard: string;
  readonly sequence: number;
  readonly set: Readonly<Record<string, unknown>>;
}

/** The required part of a mongoose model: the driver's collection, whose filters here contain ids and numbers only. */
type ViewModel = Pick<Model<never>, 'collection'>;
interface ViewDocument {
  readonly _id: string;
}

/** So few writes at once that queries do not wait long behind a rebuild, which has thousands of them. */
const WRITES_AT_ONCE = 200;

/**
 * Applies changes to view documents so that repeats, replays and stale writers change nothing. The changes of one
 * document must come in the order of their sequence; they are folded into one write. Calls that begin together are one
 * command: each of their changes is guarded by itself.
 */
export async function applyGuarded(model: ViewModel, upserts: readonly GuardedUpsert[]): Promise<void> {
  if (upserts.length > 0) await joinedFor(model)(fold(upserts));
}

const joined = new WeakMap<ViewModel, (upserts: readonly GuardedUpsert[]) => Promise<void>>();

function joinedFor(model: ViewModel): (upserts: readonly GuardedUpsert[]) => Promise<void> {
  const known = joined.get(model);
  if (known) return known;
  const apply = joinCalls(async (calls: readonly (readonly GuardedUpsert[])[]) => {
    const upserts = calls.flat();
    for (let done = 0; done < upserts.length; done += WRITES_AT_ONCE)
      await applyTogether(model, upserts.slice(done, done + WRITES_AT_ONCE));
    return calls.map(() => undefined);
  });
  joined.set(model, apply);
  return apply;
}

async function applyTogether(model: ViewModel, upserts: readonly GuardedUpsert[]): Promise<void> {
  const tooLate = await upsertAll(model, upserts);
  if (tooLate.length === 0) return;
  // An insert that lost to another writer's: the document exists now, so the guard alone decides.
  await viewsOf(model).bulkWrite(
    tooLate.map(({ id, guard, sequence, set }) => ({
      updateOne: { filter: guardFilter(id, guard, sequence), update: { $set: { ...set, [guard]: sequence } } },
    })),
    { ordered: false },
  );
}

async function upsertAll(model: ViewModel, upserts: readonly GuardedUpsert[]): Promise<readonly GuardedUpsert[]> {
  try {
    await viewsOf(model).bulkWrite(
      upserts.map(({ id, guard, sequence, set }) => ({
        updateOne: {
          filter: guardFilter(id, guard, sequence),
          update: { $set: { ...set, [guard]: sequence } },
          upsert: true,
        },
      })),
      { ordered: false },
    );
    return [];
  } catch (error) {
    return duplicatesOnly(error).map((index) => {
      const upsert = upserts[index];
      if (!upsert) throw error;
      return upsert;
    });
  }
}

function duplicatesOnly(error: unknown): readonly number[] {
  if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
  const failures = [error.writeErrors].flat();
  if (failures.length === 0 || failures.some((failure) => failure.code !== 11_000)) throw error;
  return failures.map((failure) => failure.index);
}

const viewsOf = (model: ViewModel): mongoose.mongo.Collection<ViewDocument> =>
  model.collection.conn
    .getClient()
    .db(model.collection.conn.name)
    .collection<ViewDocument>(model.collection.collectionName);

/** Matches a document that has not applied the event: an older sequence, or none of that source yet. */
function guardFilter(id: string, guard: string, sequence: number) {
  return { _id: id, [guard]: { $not: { $gte: sequence } } };
}

function fold(upserts: readonly GuardedUpsert[]): readonly GuardedUpsert[] {
  const byDocument = new Map<string, GuardedUpsert>();
  for (const next of upserts) {
    const slot = `${next.id}\0${next.guard}`;
    const before = byDocument.get(slot);
    byDocument.set(slot, before ? { ...next, set: { ...before.set, ...next.set } } : next);
  }
  return [...byDocument.values()];
}
