import {
  eventContracts,
  type BodyOf,
  type EventOf,
  type EventType,
  type RentalbookEvent,
} from '@rentalbook/event-contracts';
import { crashPoint, isNext, type HeardEvent } from '@rentalbook/messaging';
import { trusted, type Connection } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import {
  aggregateModel,
  OUTBOX_LIMIT,
  RECORDED_COMMANDS,
  type AggregateDocument,
  type OutboxEntry,
  type RecordedCommand,
} from './aggregate-document';
import {
  commandIdOf,
  createAnswers,
  IdempotencyKeyReused,
  requestHash,
  type Answer,
  type IdempotencyKey,
} from './answers';
import { createChanges } from './changes';
import { isDuplicateKey, isStoreUnavailable, StoreUnavailable } from './database';
import { createDatabaseClock } from './database-clock';
import type { Decider, DecisionContext, Outcome } from './decider';
import { envelopeEvents, madeWithin, newIdAt, type Cause } from './envelope-events';
import { createKeyedQueue } from './keyed-queue';

/** Brings the service's own read collections up to these events; doing so again changes nothing. */
export type Projection = (events: readonly RentalbookEvent[]) => Promise<void>;

export interface CommandContext extends Cause {
  readonly idempotency?: IdempotencyKey;
}

/** What a command came to, and the place in the stream that includes it. */
export interface Executed {
  readonly outcome: Outcome;
  readonly sequence: number;
}

export interface AggregateStoreOptions<State, Command, Own extends EventType, Heard extends EventType, Policy> {
  readonly connection: Connection;
  readonly decider: Decider<State, Command, Own, Heard, Policy>;
  /** The policy in force, asked for at every decision. */
  readonly policy: () => Policy;
  readonly project: Projection;
  /** Called after a write that left something for the relay to do. */
  readonly wakeRelay: () => void;
}

/** What is on record about a book. */
export type BookOnRecord<State> = Pick<AggregateDocument<State>, 'state' | 'sequence' | 'seen'>;

type Loaded<State> = AggregateDocument<State> & { readonly exists: boolean; readonly now: Date };
/** One conditional write, as the decision loop wants it. */
interface Change<State> {
  readonly state: State;
  readonly outbox: readonly OutboxEntry[];
  readonly seen?: Readonly<Record<string, number>>;
  readonly command?: { readonly id: string; readonly hash?: string; readonly outcome: Outcome };
}

/** Nothing is left to write; what was written before and is not sent yet may not be visible yet either. */
interface Done<Result> {
  readonly done: Result;
  readonly written?: readonly OutboxEntry[];
}

const ATTEMPTS = 8;
const JITTER_MS = 20;

export function createAggregateStore<State, Command, Own extends EventType, Heard extends EventType, Policy>(
  options: AggregateStoreOptions<State, Command, Own, Heard, Policy>,
) {
  const { decider, project, wakeRelay, connection } = options;
  const model = aggregateModel(connection);
  const clock = createDatabaseClock(connection);
  const answers = createAnswers(connection);
  const changes = createChanges();
  const queue = createKeyedQueue();

  const load = async (key: string): Promise<Loaded<State>> => {
    const [row] = await model.aggregate<AggregateDocument<State> & { now: Date }>([
      { $match: { _id: key } },
      { $addFields: { now: '$$NOW' } },
    ]);
    return row
      ? { ...row, exists: true }
      : { ...newDocument(key, decider.initial), exists: false, now: await clock.now() };
  };

  /** One conditional write; false when somebody else wrote first. */
  const write = async (before: Loaded<State>, change: Change<State>): Promise<boolean> => {
    const sequence = before.sequence + change.outbox.length;
    const revision = before.revision + 1;
    const recorded: RecordedCommand[] = change.command ? [{ ...change.command, sequence, revision }] : [];
    const hasWork = change.outbox.length > 0 || recorded.some((command) => command.hash !== undefined);
    const pendingSince = before.pendingSince ?? (hasWork ? before.now : undefined);
    const dueAt = decider.dueAt(change.state);
    const set = {
      state: change.state,
      sequence,
      revision,
      ...(change.seen && { seen: change.seen }),
      ...(pendingSince && { pendingSince }),
      ...(dueAt !== null && { dueAt: new Date(dueAt) }),
    };
    if (!before.exists)
      return insert({ ...newDocument(before._id, change.state), ...set, outbox: change.outbox, commands: recorded });
    const result = await model.updateOne(
      { _id: before._id, revision: before.revision },
      {
        $set: set,
        ...(dueAt === null && { $unset: { dueAt: 1 } }),
        $push: {
          outbox: { $each: [...change.outbox] },
          commands: { $each: recorded, $slice: -RECORDED_COMMANDS },
        },
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

  /**
   * Reads, decides, writes; and again when somebody else wrote first. A write whose answer was lost is found on reading
   * again. One that may have been made and pushed out of the document since (`knowsItsPast` is false) is not repeated:
   * the caller learns that its fate is unknown.
   */
  const decideAndWrite = async <Result>(
    key: string,
    knowsItsPast: boolean,
    attempt: (before: Loaded<State>) => Promise<Done<Result> | { change: Change<State>; result: Result }>,
  ): Promise<{ result: Result; written: readonly OutboxEntry[] }> => {
    let ambiguousAt: number | undefined;
    for (let attempts = 0; attempts < ATTEMPTS; attempts += 1) {
      const before = await load(key);
      const next = await attempt(before);
      if ('done' in next) return { result: next.done, written: next.written ?? [] };
      if (!knowsItsPast && ambiguousAt !== undefined && ambiguousAt !== before.revision)
        throw new StoreUnavailable('It is not known whether the change was made; look before asking again.');
      try {
        crashPoint('command.before-write');
        const isFirst = await write(before, next.change);
        crashPoint('command.after-write');
        if (isFirst) return { result: next.result, written: next.change.outbox };
      } catch (error) {
        if (!isStoreUnavailable(error)) throw error;
        ambiguousAt = before.revision;
      }
      // Whoever lost more often gives the others longer to be done: replicas that keep meeting must not all give up.
      await delay(Math.random() * JITTER_MS * (attempts + 1));
    }
    throw new StoreUnavailable('Too many changes of this book at once; try again.');
  };

  const contextAt = (now: Date): DecisionContext<Policy> => ({
    now,
    newId: () => newIdAt(now),
    policy: options.policy(),
  });

  const evolveAll = (state: State, entries: readonly BodyOf<Own>[]): State =>
    entries.reduce((evolved, body) => decider.evolve(evolved, body), state);

  /**
   * Shows the events at once that the relay is going to show, so that the answer can. When that fails, the change is made
   * all the same: the relay is the guarantee, and a repeat of the command shows them.
   */
  const announce = async (key: string, written: readonly OutboxEntry[]): Promise<void> => {
    try {
      if (written.length > 0) {
        wakeRelay();
        await project(written.map(({ event }) => event));
      }
    } finally {
      changes.signal(key);
    }
  };

  const executeOnce = async (asked: string, command: Command, context: CommandContext): Promise<Executed> => {
    const claimed = context.idempotency && (await answers.claim(context.idempotency, asked));
    if (claimed?.answer) return claimed.answer;
    const key = claimed?.document ?? asked;
    const commandId = context.idempotency ? commandIdOf(context.idempotency) : newIdAt(new Date());
    const hash = context.idempotency && requestHash(context.idempotency);

    let first = claimed?.fresh ?? true;
    const attempt = async (before: Loaded<State>) => {
      const recorded = before.commands.find(({ id }) => id === commandId);
      // A document that is seldom written remembers a key for longer than the answers do.
      if (recorded && context.idempotency && recorded.hash !== hash)
        throw new IdempotencyKeyReused(context.idempotency);
      if (recorded) return { done: recorded, written: before.outbox };
      // Read after the document: an answer leaves the document only when it already stands among the answers.
      const moved = hash !== undefined && !first ? await answers.find(commandId) : undefined;
      first = false;
      if (moved) return { done: moved };
      refuseWhenFull(before);

      const decision = decider.decide(before.state, command, contextAt(before.now));
      const outbox = envelopeEvents(decider.source, key, before.sequence, decision.events, before.now, context);
      const answer: Answer = { outcome: decision.outcome, sequence: before.sequence + outbox.length };
      if (outbox.length === 0 && (!hash || !before.exists)) {
        if (hash) await answers.recordRefusal(commandId, answer);
        return { done: answer };
      }
      return {
        result: answer,
        change: {
          state: evolveAll(before.state, decision.events),
          outbox,
          command: { id: commandId, outcome: decision.outcome, ...(hash !== undefined && { hash }) },
        },
      };
    };
    const { result, written } = await queue.run(key, () => decideAndWrite<Executed>(key, hash !== undefined, attempt));
    await announce(key, written);
    if (hash && written.length === 0) wakeRelay();
    crashPoint('command.before-answer');
    return { outcome: result.outcome, sequence: result.sequence };
  };

  /** The state of a book and how far its stream and the streams it heard go; undefined when nothing is known of it. */
  const read = async (key: string): Promise<BookOnRecord<State> | undefined> => {
    const found = await model.findById(key, { state: 1, sequence: 1, seen: 1 }).lean<AggregateDocument<State>>();
    return found ?? undefined;
  };

  const followed: ReadonlySet<string> = new Set(decider.hears.map((type) => eventContracts[type].shape.source.value));
  const heardTypes: ReadonlySet<EventType> = new Set(decider.hears);
  const isHeard = (event: RentalbookEvent): event is EventOf<Heard> => heardTypes.has(event.eventType);

  return {
    model,
    answers,
    changes,

    /** Creates indexes and the clock document; safe to call by every replica at every start. */
    async prepare(): Promise<void> {
      await model.createIndexes();
      await answers.model.createIndexes();
      await clock.prepare();
    },

    /**
     * Decides a command about a book and commits what follows, exactly once per idempotency key. The book of the first
     * command with a key counts: a new book that is asked for twice is the same book.
     * Throws {@link IdempotencyKeyReused} when the key stands for another request, and {@link StoreUnavailable} when the
     * change could not be made or its fate is unknown.
     */
    execute: executeOnce,

    /**
     * Applies an event of another service. A repeat changes nothing. Every event of a source that the service follows
     * moves the mark of its stream, also one that does not concern it and one about a book that nothing is known of yet:
     * so the mark is exactly how far the stream was heard, a reader's consistency token can be answered, and an event
     * that comes too early proves that something is missing.
     * Throws StreamGap then, before anything was written.
     */
    async hear(heard: HeardEvent): Promise<void> {
      const { event, traceparent } = heard;
      if (!followed.has(event.source)) return;
      const attempt = async (
        before: Loaded<State>,
      ): Promise<{ done: undefined } | { change: Change<State>; result: undefined }> => {
        if (!isNext(heard, before.seen[event.source] ?? 0)) return { done: undefined };
        const seen = { ...before.seen, [event.source]: event.sequence };
        if (!isHeard(event) || heard.discarded === true)
          return { result: undefined, change: { state: before.state, outbox: [], seen } };
        refuseWhenFull(before);
        // Before the mark is set, so that a crash in between repeats it; what it writes is guarded by sequence.
        await project([event]);
        const evolved = decider.evolve(before.state, event);
        const bodies = decider.react(evolved, event, contextAt(before.now));
        const outbox = envelopeEvents(decider.source, event.key, before.sequence, bodies, before.now, {
          actor: event.actor,
          correlationId: event.correlationId,
          causationId: event.id,
          traceparent: traceparent ?? '',
        });
        return { result: undefined, change: { state: evolveAll(evolved, bodies), outbox, seen } };
      };
      const { written } = await queue.run(event.key, () => decideAndWrite<undefined>(event.key, true, attempt));
      await announce(event.key, written);
    },

    /** Makes visible what lapsed of a book by itself. Decisions count it as lapsed anyway, so nothing depends on when. */
    async lapse(key: string): Promise<void> {
      const attempt = (before: Loaded<State>): { done: undefined } | { change: Change<State>; result: undefined } => {
        const bodies = decider.lapse(before.state, contextAt(before.now));
        if (bodies.length === 0) return { done: undefined };
        refuseWhenFull(before);
        const outbox = envelopeEvents(decider.source, key, before.sequence, bodies, before.now, {
          actor: decider.source,
          correlationId: newIdAt(before.now),
          traceparent: '',
        });
        return { result: undefined, change: { state: evolveAll(before.state, bodies), outbox } };
      };
      const decide = () => decideAndWrite<undefined>(key, true, (before) => Promise.resolve(attempt(before)));
      const { written } = await queue.run(key, decide);
      await announce(key, written);
    },

    /**
     * Waits a moment for a book that was just announced elsewhere and may still be on its way here; returns at once for
     * any other id. An id says when it was made, so an unknown id costs nothing.
     */
    async arrival(key: string): Promise<void> {
      if (madeWithin(key, ARRIVAL_MS)) await changes.until(key, ARRIVAL_MS, () => read(key));
    },

    read,

    /** The states of several books, in one query; those that nothing is known of are missing. */
    async readMany(keys: readonly string[]): Promise<ReadonlyMap<string, State>> {
      const found = await model
        .find({ _id: trusted({ $in: [...keys] }) }, { state: 1 })
        .lean<Pick<AggregateDocument<State>, '_id' | 'state'>[]>();
      return new Map(found.map(({ _id, state }) => [_id, state]));
    },

    /** Whether this service has seen a place of a stream it follows; undefined for its own and for other streams. */
    async hasSeen({ source, key, sequence }: { source: string; key: string; sequence: number }) {
      if (!followed.has(source)) return undefined;
      return ((await read(key))?.seen[source] ?? 0) >= sequence;
    },
  };
}

const ARRIVAL_MS = 2_000;

function newDocument<State>(key: string, state: State): AggregateDocument<State> {
  return { _id: key, revision: 0, sequence: 0, state, outbox: [], seen: {}, commands: [], answeredThrough: 0 };
}

/** Bounds the document while Kafka or the relay is away: nothing that was acknowledged may be dropped to make room. */
function refuseWhenFull(document: AggregateDocument): void {
  const unanswered = document.commands.filter(
    ({ hash, revision }) => hash !== undefined && revision > document.answeredThrough,
  );
  if (document.outbox.length <= OUTBOX_LIMIT && unanswered.length < RECORDED_COMMANDS) return;
  throw new StoreUnavailable('Events of this book wait for Kafka; try again later.');
}
