import type { Metrics } from '@rentalbook/messaging';
import { createPauses, jittered, pause, systemClock, type Clock } from '@rentalbook/timing';
import { activeTrace, boundToTrace, inSharedSpans, keyAttribute } from '@rentalbook/tracing';
import type { Connection } from 'mongoose';
import { RECORDED_COMMANDS, type AggregateModel, type OutboxEntry } from './aggregate-document';
import { createDatabaseClock, isStoreUnavailable, StoreUnavailable } from '@rentalbook/mongo';
import { documentAccess } from './document-access';
import { decideAll, type Decided, type PendingChange } from './decide-all';
import type { Change, Loaded } from './document-change';
import { createKeyedBatches } from './keyed-batches';
import type { KnownDocuments, LoadedAt } from './known-documents';

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
  readonly known: KnownDocuments<State>;
  readonly clock?: Clock;
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
  const { known, clock = systemClock } = options;
  const databaseClock = createDatabaseClock(options.connection);
  const { load, write } = documentAccess({ ...options, clock: databaseClock });

  /** From the document that this process wrote last, if all that follows is one write of it; else from a loaded one. */
  const decide = async (key: string, pending: readonly PendingChange<State>[]) => {
    const remembered = known.get(key);
    const first = remembered && { ...remembered, ...(await decideAll(remembered.before, pending)) };
    if (first?.isProven) return first;
    const current = known.loaded(await load(key));
    return { ...current, ...(await decideAll(current.before, pending)) };
  };

  /**
   * Writes the document unless nothing changed, and resolves the callers; false when another writer was first or the
   * acknowledgement was lost.
   */
  const commit = async (before: Loaded<State>, { after, decided }: Decided<State>, at: LoadedAt): Promise<boolean> => {
    if (after === before) {
      for (const { onCommitted } of decided) onCommitted(after.outbox);
      return true;
    }
    const result = await write(before, after).catch((error: unknown) => {
      if (!isStoreUnavailable(error)) throw error;
      return 'unknown' as const;
    });
    if (result === 'made') {
      const { outbox } = known.keep(after, at);
      for (const { onCommitted } of decided) onCommitted(outbox);
      return true;
    }
    known.forget(before._id);
    if (result === 'unknown') for (const { one } of decided) one.ambiguousAt = before.revision;
    return false;
  };

  /**
   * Decides and writes; again after a conflict. A write whose acknowledgement was lost is detected on the next read.
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
      const { before, loadedAt, ...outcome } = await decide(key, left);
      const { decided, overCapacity } = outcome;
      for (const { one, error } of outcome.failed) one.fail(error);
      if (await commit(before, outcome, loadedAt)) {
        // 2. Committed: wait for capacity for the rest.
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
    for (const { fail } of left) fail(new StoreUnavailable('Too many changes of this key at once; try again.'));
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
