import { crashPoint, type AppliedIdsBySource, type Metrics } from '@rentalbook/messaging';
import { activeTrace, boundToTrace, inSharedSpans, keyAttribute, type Context } from '@rentalbook/tracing';
import mongoose, { type Connection } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import {
  OUTBOX_LIMIT,
  RECORDED_COMMANDS,
  type AggregateDocument,
  type AggregateModel,
  type OutboxEntry,
  type RecordedCommand,
} from './aggregate-document';
import { isDuplicateKey, isStoreUnavailable, StoreUnavailable } from './database';
import { createDatabaseClock } from './database-clock';
import { createKeyedBatches } from './keyed-batches';

/** A document as it is, or as it is going to be, and the database's time when it was read. */
export type Loaded<State> = AggregateDocument<State> & { readonly exists: boolean; readonly now: Date };

/** What one command or event changes of a document. */
export interface Change<State> {
  readonly state: State;
  readonly outbox: readonly OutboxEntry[];
  readonly seen?: Readonly<Record<string, number>>;
  readonly appliedIds?: AppliedIdsBySource;
  readonly command?: Omit<RecordedCommand, 'sequence' | 'revision'>;
}

/** Nothing is left to write. What was written `before` and is not sent yet may not be visible yet either. */
interface Done<Result> {
  readonly done: Result;
  readonly isRepeat?: boolean;
}

/** Told how the document is, says what follows. It may be asked again, about a newer one. */
export type Attempt<State, Result> = (
  before: Loaded<State>,
) => Promise<Done<Result> | { readonly change: Change<State>; readonly result: Result }>;

export interface Written<Result> {
  readonly result: Result;
  /** The events that were written for it. */
  readonly written: readonly OutboxEntry[];
  /**
   * All that waits for the relay then, for nobody may have shown yet what others wrote before; empty where nothing was
   * written, unless a repeat found it. One array for all who were written together.
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
}

/** Told what waits for the relay now, tells whoever asked. */
type Settle = (outbox: readonly OutboxEntry[]) => void;

/** Somebody who waits for a change of the document, whatever its result is. */
interface Asked<State> {
  /** Where the caller stands in its trace. */
  readonly trace: Context;
  /** False for a change that leaves no trace by which a later look can tell that it was made. */
  readonly knowsItsPast: boolean;
  /** The revision from which a write was tried whose answer was lost. */
  ambiguousAt?: number;
  attempt(before: Loaded<State>): Promise<{ readonly change?: Change<State>; readonly settle: Settle }>;
  fail(error: unknown): void;
}

/** The document waits for its relay; there may be capacity a moment later. */
class CapacityExceeded extends StoreUnavailable {}

/** How often, and how long at least, a change is tried that others keep getting ahead of: less than callers wait. */
const ATTEMPTS = 8;
const TRIED_FOR_MS = 2_000;
const JITTER_MS = 20;
/** Maximum commands per write: half the document's capacity for commands without an idempotency record. */
const TOGETHER = RECORDED_COMMANDS / 2;
/** The size of a document costs as much as a tenth of reading it. */
const LOADS_PER_MEASURE = 16;
const ROOM_WITHIN_MS = 1_000;
const LOOK_FOR_ROOM_EVERY_MS = 20;

/**
 * Changes documents by one conditional write each. What is asked of a document while it is being written is decided
 * together, one after the other in the order it came, and written at once: all of it or nothing. So a title that everybody
 * wants costs few writes, and nobody in this process makes another decide again.
 */
export function createDocumentWriter<State>(options: DocumentWriterOptions<State>) {
  const { connection, model, initial, nextDeadline, metrics } = options;
  const clock = createDatabaseClock(connection);
  let loads = 0;

  const load = async (key: string): Promise<Loaded<State>> => {
    const [row] = await model.aggregate<AggregateDocument<State> & { now: Date }>([
      { $match: { _id: key } },
      { $addFields: { now: '$$NOW' } },
    ]);
    if (row && loads++ % LOADS_PER_MEASURE === 0)
      metrics.observe('document_bytes', {}, mongoose.mongo.BSON.calculateObjectSize(row));
    return row ? { ...row, exists: true } : { ...newDocument(key, initial), exists: false, now: await clock.now() };
  };

  /** One conditional write; false when somebody else wrote first. */
  const write = async (before: Loaded<State>, after: Loaded<State>): Promise<boolean> => {
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

  const insert = async (document: AggregateDocument<State>): Promise<boolean> => {
    try {
      await model.create([document]);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  };

  /** What the document becomes when one after the other decides; whoever fails changes nothing and learns it at once. */
  const decide = async (before: Loaded<State>, asked: readonly Asked<State>[]) => {
    const decided: { readonly one: Asked<State>; readonly settle: Settle }[] = [];
    const tooMany: { readonly one: Asked<State>; readonly error: CapacityExceeded }[] = [];
    let after = before;
    for (const one of asked)
      try {
        const { change, settle } = await one.attempt(after);
        if (change) {
          if (isUnknown(one, before))
            throw new StoreUnavailable('It is not known whether the change was made; look before asking again.');
          after = changed(after, before.revision + 1, change);
        }
        decided.push({ one, settle });
      } catch (error) {
        if (error instanceof CapacityExceeded) tooMany.push({ one, error });
        else one.fail(error);
      }
    return { after, decided, tooMany };
  };

  /**
   * Reads, decides, writes; and again when somebody else wrote first. A write whose answer was lost is found on reading
   * again. One that may have been made and pushed out of the document since (`knowsItsPast` is false) is not repeated:
   * whoever asked learns that its fate is unknown.
   */
  const decideAndWrite = async (key: string, asked: readonly Asked<State>[]): Promise<void> => {
    const startedAt = performance.now();
    const giveUpAt = startedAt + ROOM_WITHIN_MS;
    const triesAgain = (lost: number): boolean => lost < ATTEMPTS || performance.now() < startedAt + TRIED_FOR_MS;
    let left = asked;
    for (let lost = 0; left.length > 0 && triesAgain(lost);) {
      const before = await load(key);
      const { after, decided, tooMany } = await decide(before, left);
      if (await wasFirst(before, after, decided)) {
        for (const { settle } of decided) settle(after.outbox);
        const isOver = performance.now() > giveUpAt;
        for (const { one, error } of tooMany) if (isOver) one.fail(error);
        left = isOver ? [] : tooMany.map(({ one }) => one);
        if (left.length > 0) await delay(LOOK_FOR_ROOM_EVERY_MS);
      } else {
        left = [...decided, ...tooMany].map(({ one }) => one);
        lost += 1;
        // Whoever lost more often gives the others longer to be done: replicas that keep meeting must not all give up.
        await delay(Math.random() * JITTER_MS * Math.min(lost, ATTEMPTS));
      }
    }
    for (const { fail } of left) fail(new StoreUnavailable('Too many changes of this book at once; try again.'));
  };

  const wasFirst = async (
    before: Loaded<State>,
    after: Loaded<State>,
    decided: readonly { readonly one: Asked<State> }[],
  ): Promise<boolean> => {
    if (after === before) return true;
    try {
      crashPoint('command.before-write');
      const isFirst = await write(before, after);
      crashPoint('command.after-write');
      return isFirst;
    } catch (error) {
      if (!isStoreUnavailable(error)) throw error;
      for (const { one } of decided) one.ambiguousAt = before.revision;
      return false;
    }
  };

  const batches = createKeyedBatches<Asked<State>>(TOGETHER, async (key, asked) => {
    const parts = () =>
      asked.map(({ trace }) => ({
        name: 'write',
        parent: trace,
        attributes: { ...keyAttribute(key), 'rentalbook.batch.size': asked.length },
      }));
    try {
      await inSharedSpans(parts, () => decideAndWrite(key, asked));
    } catch (error) {
      // Callers that are settled already are not affected.
      for (const { fail } of asked) fail(error);
    }
  });

  return {
    prepare: clock.prepare,

    /**
     * Decides on the newest state of a document and writes what follows. Throws what the attempt throws, and
     * {@link StoreUnavailable} when the change could not be made or its fate is unknown.
     */
    change: <Result>(key: string, knowsItsPast: boolean, attempt: Attempt<State, Result>): Promise<Written<Result>> =>
      new Promise((resolve, reject) => {
        const own = boundToTrace(attempt);
        batches.add(key, {
          knowsItsPast,
          trace: activeTrace(),
          async attempt(before) {
            const next = await own(before);
            if ('done' in next)
              return {
                settle(outbox) {
                  resolve({ result: next.done, written: [], unsent: next.isRepeat ? outbox : [] });
                },
              };
            const written = next.change.outbox;
            return {
              change: next.change,
              settle(outbox) {
                resolve({ result: next.result, written, unsent: written.length > 0 ? outbox : [] });
              },
            };
          },
          fail: reject,
        });
      }),
  };
}

/** Bounds the document while Kafka or the relay is away: nothing that was acknowledged may be dropped to make room. */
export function assertOutboxCapacity({ outbox }: AggregateDocument): void {
  if (outbox.length > OUTBOX_LIMIT) throw new CapacityExceeded('Events of this book wait for Kafka; try again later.');
}

/** One more command pushes the oldest out of the document, which may be known by its idempotency key nowhere else yet. */
export function assertRecordCapacity({ commands, answeredThrough }: AggregateDocument): void {
  const oldest = commands.at(-RECORDED_COMMANDS);
  if (oldest?.hash === undefined || oldest.revision <= answeredThrough) return;
  throw new CapacityExceeded('Answers about this book wait to be kept; try again later.');
}

const isUnknown = <State>({ knowsItsPast, ambiguousAt }: Asked<State>, { revision }: Loaded<State>): boolean =>
  !knowsItsPast && ambiguousAt !== undefined && ambiguousAt !== revision;

function changed<State>(before: Loaded<State>, revision: number, change: Change<State>): Loaded<State> {
  const sequence = before.sequence + change.outbox.length;
  const recorded = change.command ? [{ ...change.command, sequence, revision }] : [];
  return {
    ...before,
    exists: true,
    state: change.state,
    ...{ sequence, revision },
    outbox: [...before.outbox, ...change.outbox],
    seen: change.seen ?? before.seen,
    ...(change.appliedIds && { appliedIds: change.appliedIds }),
    commands: [...before.commands, ...recorded].slice(-RECORDED_COMMANDS),
  };
}

function newDocument<State>(key: string, state: State): AggregateDocument<State> {
  return { _id: key, revision: 0, sequence: 0, state, outbox: [], seen: {}, commands: [], answeredThrough: 0 };
}
