import type { Metrics } from '@rentalbook/messaging';
import { createPauses, jittered, pause, systemClock, type Clock } from '@rentalbook/timing';
import { activeTrace, boundToTrace, type Context, inSharedSpans, keyAttribute } from '@rentalbook/tracing';
import type { Connection } from 'mongoose';
import { RECORDED_COMMANDS, type AggregateModel, type OutboxEntry } from './aggregate-document';
import { createDatabaseClock, isStoreUnavailable, StoreUnavailable } from '@rentalbook/mongo';
import { documentAccess } from './document-access';
import { CapacityExceeded, withChange, type Change, type Loaded } from './document-change';
import { createKeyedBatches } from './keyed-batches';

/** No write needed. With `isRepeat`, earlier unpublished events may not be projected yet. */
interface Unchanged<Result> {
  readonly done: Result;
  readonly isRepeat?: boolean;
}

/** Decides from the current document. Called again after a write conflict. */
export type Decide<State, Result> = (
  before: Loaded<State>,
) => Promise<Unchanged<Result> | { readonly change: Change<State>; readonly result: Result }>;

export interface Written<Result> {
  readonly result: Result;
  /** The events of this change. */
  readonly written: readonly OutboxEntry[];
  /**
   * The whole outbox after the write, because earlier entries may not be projected yet; empty where nothing was written,
   * unless for a repeat. One array, shared by all commands of the batch.
   */
  readonly unsent: readonly OutboxEntry[];
}

export interface DocumentWriterOptions<State> {
  readonly connection: Connection;
  readonly model: AggregateModel;
  readonly initial: State;
  /** The instant (ISO 8601) at which something in the state expires by itself; null while nothing can. */
  readonly nextDeadline: (state: State) => string | null;
  readonly metrics: Metrics;
  readonly clock?: Clock;
}

/** Runs after the commit with the current outbox; resolves the caller. */
type OnCommitted = (outbox: readonly OutboxEntry[]) => void;

/** A change that waits for the write of its document. */
interface PendingChange<State> {
  /** The caller's trace. */
  readonly trace: Context;
  /** False if a retry cannot detect whether the change was applied. */
  readonly isDetectable: boolean;
  /** The revision of a write whose acknowledgement was lost. */
  ambiguousAt?: number;
  decide(before: Loaded<State>): Promise<{ readonly change?: Change<State>; readonly onCommitted: OnCommitted }>;
  fail(error: unknown): void;
}

interface DecidedChange<State> {
  readonly one: PendingChange<State>;
  readonly onCommitted: OnCommitted;
}

/** How often, and how long at least, a change is tried again after write conflicts: less than callers wait. */
const ATTEMPTS = 8;
const TRIED_FOR_MS = 2_000;
/** Random, and longer with each conflict, so that competing replicas do not all give up. */
const BACK_OFF = jittered({ first: 20, most: 20 * ATTEMPTS });
/** Maximum changes per write: half the document's capacity for commands without an idempotency record. */
const BATCH_SIZE = RECORDED_COMMANDS / 2;
const CAPACITY_WITHIN_MS = 1_000;
const POLL_CAPACITY_EVERY_MS = 20;

/**
 * Changes documents by one conditional write each. The changes of one key that arrive during a write are decided in order
 * and written together, all or none: batching keeps the writes of a hot key few, and avoids conflicts within one process.
 */
export function createDocumentWriter<State>(options: DocumentWriterOptions<State>) {
  const { clock = systemClock } = options;
  const databaseClock = createDatabaseClock(options.connection);
  const { load, write } = documentAccess({ ...options, clock: databaseClock });

  /** Writes the document unless nothing changed; false when another writer was first or the acknowledgement was lost. */
  const commit = async (
    before: Loaded<State>,
    after: Loaded<State>,
    decided: readonly DecidedChange<State>[],
  ): Promise<boolean> => {
    if (after === before) return true;
    try {
      return await write(
        before,
        after,
        decided.every(({ one }) => one.isDetectable),
      );
    } catch (error) {
      if (!isStoreUnavailable(error)) throw error;
      for (const { one } of decided) one.ambiguousAt = before.revision;
      return false;
    }
  };

  /**
   * Reads, decides and writes; again after a conflict. A write whose acknowledgement was lost is detected on the next read.
   * A change that is not detectable may have been made and pushed out of the document since: its caller gets an error.
   */
  const decideAndWrite = async (key: string, pending: readonly PendingChange<State>[]): Promise<void> => {
    const startedAt = clock.now();
    const giveUpAt = startedAt + CAPACITY_WITHIN_MS;
    const triesAgain = (conflicts: number): boolean => conflicts < ATTEMPTS || clock.now() < startedAt + TRIED_FOR_MS;
    const backOff = createPauses(BACK_OFF);
    let left = pending;
    for (let conflicts = 0; left.length > 0 && triesAgain(conflicts);) {
      // 1. Load and decide, each change on the result of the one before it.
      const before = await load(key);
      const { after, decided, overCapacity } = await decideAll(before, left);
      if (await commit(before, after, decided)) {
        // 2. Committed: resolve the callers, and wait for capacity for the rest.
        for (const { onCommitted } of decided) onCommitted(after.outbox);
        const isOver = clock.now() > giveUpAt;
        for (const { one, error } of overCapacity) if (isOver) one.fail(error);
        left = isOver ? [] : overCapacity.map(({ one }) => one);
        if (left.length > 0) await pause(POLL_CAPACITY_EVERY_MS, { clock });
      } else {
        // 3. Conflict: all decide again after a back-off.
        left = [...decided, ...overCapacity].map(({ one }) => one);
        conflicts += 1;
        await pause(backOff.next(), { clock });
      }
    }
    for (const { fail } of left) fail(new StoreUnavailable('Too many changes of this book at once; try again.'));
  };

  const batches = createKeyedBatches<PendingChange<State>>(BATCH_SIZE, async (key, pending) => {
    const parts = () =>
      pending.map(({ trace }) => ({
        name: 'write',
        parent: trace,
        attributes: { ...keyAttribute(key), 'rentalbook.batch.size': pending.length },
      }));
    try {
      await inSharedSpans(parts, () => decideAndWrite(key, pending));
    } catch (error) {
      // Callers that are settled already are not affected.
      for (const { fail } of pending) fail(error);
    }
  });

  return {
    prepare: databaseClock.prepare,

    /**
     * Decides on the current state of a document and writes the result. Throws what `decide` throws, and
     * {@link StoreUnavailable} when the change could not be made or its fate is unknown.
     */
    change: <Result>(key: string, isDetectable: boolean, decide: Decide<State, Result>): Promise<Written<Result>> =>
      new Promise((resolve, reject) => {
        const inOwnTrace = boundToTrace(decide);
        batches.add(key, {
          isDetectable,
          trace: activeTrace(),
          decide: async (before) => outcomeOf(await inOwnTrace(before), resolve),
          fail: reject,
        });
      }),
  };
}

/** The change of a decision, and how its caller is resolved after the commit. */
function outcomeOf<State, Result>(
  next: Awaited<ReturnType<Decide<State, Result>>>,
  resolve: (written: Written<Result>) => void,
): Awaited<ReturnType<PendingChange<State>['decide']>> {
  if ('done' in next)
    return {
      onCommitted(outbox) {
        resolve({ result: next.done, written: [], unsent: next.isRepeat ? outbox : [] });
      },
    };
  const written = next.change.outbox;
  return {
    change: next.change,
    onCommitted(outbox) {
      resolve({ result: next.result, written, unsent: written.length > 0 ? outbox : [] });
    },
  };
}

/** The document after all changes, in order. A change that fails leaves it as it was, and its caller gets the error at once. */
async function decideAll<State>(before: Loaded<State>, pending: readonly PendingChange<State>[]) {
  const decided: DecidedChange<State>[] = [];
  const overCapacity: { readonly one: PendingChange<State>; readonly error: CapacityExceeded }[] = [];
  let after = before;
  for (const one of pending)
    try {
      const { change, onCommitted } = await one.decide(after);
      if (change) {
        if (isUnknown(one, before))
          throw new StoreUnavailable('It is not known whether the change was made; look before asking again.');
        after = withChange(after, before.revision + 1, change);
      }
      decided.push({ one, onCommitted });
    } catch (error) {
      if (error instanceof CapacityExceeded) overCapacity.push({ one, error });
      else one.fail(error);
    }
  return { after, decided, overCapacity };
}

const isUnknown = <State>({ isDetectable, ambiguousAt }: PendingChange<State>, { revision }: Loaded<State>): boolean =>
  !isDetectable && ambiguousAt !== undefined && ambiguousAt !== revision;
