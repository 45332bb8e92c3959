import {
  eventContracts,
  type BodyOf,
  type EventOf,
  type EventType,
  type RentalbookEvent,
} from '@rentalbook/event-contracts';
import {
  conflictingIn,
  crashPoint,
  nextOf,
  unmeasured,
  withAppliedIds,
  type ConsumedEvent,
  type Metrics,
} from '@rentalbook/messaging';
import { currentTraceparent, inNewTrace, keyAttribute, traceIdOf } from '@rentalbook/tracing';
import type { Connection } from 'mongoose';
import { aggregateModel, type AggregateDocument, type OutboxEntry } from './aggregate-document';
import {
  commandIdOf,
  createIdempotencyRecords,
  IdempotencyKeyReused,
  type CommandResult,
  type IdempotencyKey,
} from './idempotency-records';
import { createChanges } from './changes';
import type { Decider, Decision, DecisionContext, Outcome } from './decider';
import {
  createDocumentWriter,
  assertRecordCapacity,
  assertOutboxCapacity,
  type Attempt,
  type Change,
  type Loaded,
  type Written,
} from './document-writer';
import { timedCommand } from './measured';
import { oneArrival } from './arrival';
import { inCommandSpan, reactionTo } from './command-spans';
import { envelopeEvents, newIdAt, type Cause } from './envelope-events';
import { digestOf, isSameRequest } from './request-digest';

/** Brings the service's own read collections up to these events; doing so again changes nothing. */
export type Projection = (events: readonly RentalbookEvent[]) => Promise<void>;

export interface CommandContext extends Cause {
  readonly idempotency?: IdempotencyKey;
  /** Names a command that has no idempotency key: a second one of this name is answered with what the first came to. */
  readonly commandId?: string;
}

/** What a command came to, and the place in the stream that includes it. */
export interface Executed {
  readonly outcome: Outcome;
  readonly sequence: number;
}

/** A command as a decider knows it: a union of named shapes. */
export interface NamedCommand {
  readonly type: string;
}

export interface AggregateStoreOptions<
  State,
  Command extends NamedCommand,
  Own extends EventType,
  Handled extends EventType,
  Policy,
> {
  readonly connection: Connection;
  readonly decider: Decider<State, Command, Own, Handled, Policy>;
  /** The policy in force, asked for at every decision. */
  readonly policy: () => Policy;
  readonly project: Projection;
  /** Called after a write that left something for the relay to do. */
  readonly wakeRelay: () => void;
  /** How many idempotency keys an owner may use on a day; by default there is no bound. */
  readonly keysPerDay?: number;
  readonly metrics?: Metrics;
}

/** Last sequence of the key's own stream, and the checkpoint of each stream that the service consumes. */
export type Progress = Pick<AggregateDocument, 'sequence' | 'seen'>;
/** What is on record about a book. */
export type BookOnRecord<State> = Progress & Pick<AggregateDocument<State>, 'state'>;

export function createAggregateStore<
  State,
  Command extends NamedCommand,
  Own extends EventType,
  Handled extends EventType,
  Policy,
>(options: AggregateStoreOptions<State, Command, Own, Handled, Policy>) {
  const { decider, project, wakeRelay, connection, metrics = unmeasured } = options;
  const model = aggregateModel(connection);
  const idempotencyRecords = createIdempotencyRecords(connection, options.keysPerDay);
  const changes = createChanges();
  const { initial, nextDeadline } = decider;
  const writer = createDocumentWriter({ connection, model, initial, nextDeadline, metrics });

  const contextAt = (now: Date): DecisionContext<Policy> => ({
    now,
    newId: () => newIdAt(now),
    policy: options.policy(),
  });

  const evolveAll = (state: State, entries: readonly BodyOf<Own>[]): State =>
    entries.reduce((evolved, body) => decider.evolve(evolved, body), state);

  const shown = new WeakMap<readonly OutboxEntry[], Promise<void>>();
  /** Once for all who were written together. */
  const show = (unsent: readonly OutboxEntry[]): Promise<void> => {
    const showing = shown.get(unsent) ?? project(eventsOf(unsent));
    shown.set(unsent, showing);
    return showing;
  };

  /**
   * Shows the events at once that the relay is going to show, so that the answer can, and before them what others left to
   * it: a view that has seen an event takes no earlier one. When that fails, the change is made all the same: the relay is
   * the guarantee, and a repeat with the same idempotency key shows them.
   */
  const announce = async (
    key: string,
    { written, unsent }: Pick<Written<unknown>, 'written' | 'unsent'>,
    consumed: readonly RentalbookEvent[] = [],
  ): Promise<void> => {
    try {
      if (unsent.length > 0) {
        wakeRelay();
        await show(unsent);
      }
    } finally {
      changes.signal(key, [...consumed, ...eventsOf(written.length > 0 ? written : unsent)]);
    }
  };

  const executeOnce = async (
    asked: string,
    command: Command,
    context: CommandContext,
    attempted: () => void,
  ): Promise<Executed> => {
    const claimed = context.idempotency && (await idempotencyRecords.claim(context.idempotency, asked));
    if (claimed?.result) return claimed.result;
    const key = claimed?.document ?? asked;
    const commandId = context.idempotency
      ? commandIdOf(context.idempotency)
      : (context.commandId ?? newIdAt(new Date()));
    const digest = context.idempotency && digestOf(context.idempotency);

    let first = claimed?.fresh ?? true;
    const attempt = async (before: Loaded<State>) => {
      attempted();
      const recorded = before.commands.find(({ id }) => id === commandId);
      // A document that is seldom written keeps a command for longer than its idempotency record is kept.
      if (recorded && context.idempotency && digest && !isSameRequest(recorded, digest))
        throw new IdempotencyKeyReused(context.idempotency);
      if (recorded) return { done: recorded, isRepeat: true };
      // Read after the document: a result leaves the document only after its idempotency record has been filled in.
      const moved = digest && !first ? await idempotencyRecords.find(commandId) : undefined;
      first = false;
      if (moved) return { done: moved };
      assertOutboxCapacity(before);
      assertRecordCapacity(before);

      const decision = decider.decide(before.state, command, contextAt(before.now));
      const outbox = envelopeEvents(decider.source, key, before.sequence, decision.events, before.now, context);
      const result: CommandResult = { outcome: decision.outcome, sequence: before.sequence + outbox.length };
      if (outbox.length === 0 && (!digest || !before.exists)) {
        if (digest) await idempotencyRecords.recordRefusal(commandId, result);
        return { done: result };
      }
      return {
        result,
        change: {
          state: evolveAll(before.state, decision.events),
          outbox,
          command: { id: commandId, outcome: decision.outcome, ...digest },
        },
      };
    };
    const written = await writer.change<Executed>(key, digest !== undefined, attempt);
    await announce(key, written);
    // The relay also stores the idempotency record of a refusal that has no event.
    if (digest && written.unsent.length === 0) wakeRelay();
    crashPoint('command.before-answer');
    const { outcome, sequence } = written.result;
    return { outcome, sequence };
  };

  const recordRefusal = async (
    asked: string,
    { outcome }: Decision<never>,
    context: CommandContext,
  ): Promise<Executed> => {
    const result: CommandResult = { outcome, sequence: 0 };
    if (!context.idempotency) return result;
    const claimed = await idempotencyRecords.claim(context.idempotency, asked);
    if (claimed.result) return claimed.result;
    await idempotencyRecords.recordRefusal(commandIdOf(context.idempotency), result);
    return result;
  };

  /** Undefined when nothing is known of the book. A crowd asks this at once: it costs the same however much is going on. */
  const progress = async (key: string): Promise<Progress | undefined> =>
    (await model.findById(key, { sequence: 1, seen: 1 }).lean<Progress>()) ?? undefined;

  /** Undefined when nothing is known of the book. */
  const read = async (key: string): Promise<BookOnRecord<State> | undefined> => {
    const found = await model.findById(key, { state: 1, sequence: 1, seen: 1 }).lean<AggregateDocument<State>>();
    return found ?? undefined;
  };

  const followed: ReadonlySet<string> = new Set(decider.handles.map((type) => eventContracts[type].shape.source.value));
  const handledTypes: ReadonlySet<EventType> = new Set(decider.handles);
  const isHandled = (event: RentalbookEvent): event is EventOf<Handled> => handledTypes.has(event.eventType);

  type Consumption = Required<Omit<Change<State>, 'command' | 'appliedIds'>>;
  /** Applies one more consumed event to the pending change. */
  const applyConsumed = (
    change: Consumption,
    { event, traceparent, discarded }: ConsumedEvent,
    before: Loaded<State>,
  ): Consumption => {
    const seen = { ...change.seen, [event.source]: event.sequence };
    if (!isHandled(event) || discarded === true) return { ...change, seen };
    const evolved = decider.evolve(change.state, event);
    const bodies = decider.react(evolved, event, contextAt(before.now));
    const sequence = before.sequence + change.outbox.length;
    const outbox = envelopeEvents(decider.source, event.key, sequence, bodies, before.now, {
      actor: event.actor,
      correlationId: event.correlationId,
      causationId: event.id,
      traceparent: reactionTo(event, bodies, traceparent),
    });
    return { state: evolveAll(evolved, bodies), outbox: [...change.outbox, ...outbox], seen };
  };

  return {
    model,
    idempotencyRecords,
    changes,

    /** Creates indexes and the clock document; safe to call by every replica at every start. */
    async prepare(): Promise<void> {
      await model.createIndexes();
      await idempotencyRecords.prepare();
      await writer.prepare();
    },

    /**
     * Decides a command about a book and commits what follows, exactly once per idempotency key. The book of the first
     * command with a key counts: a new book that is asked for twice is the same book.
     * Throws {@link IdempotencyKeyReused} when the key stands for another request, and StoreUnavailable when the
     * change could not be made or its fate is unknown.
     */
    execute: (asked: string, command: Command, context: CommandContext): Promise<Executed> =>
      inCommandSpan({ source: decider.source, key: asked, command }, (attempted) => {
        const traceparent = currentTraceparent() ?? context.traceparent;
        return timedCommand(metrics, { command: command.type, traceparent }, () =>
          executeOnce(asked, command, { ...context, traceparent }, attempted),
        );
      }),

    /**
     * Records the refusal of a command whose target no key has, so that its idempotency key stands for that refusal.
     * Throws as `execute` does.
     */
    recordRefusal,

    /**
     * Applies events of other services about one book, in their order and in one write. A repeat changes nothing. Every event
     * of a source that the service follows moves the checkpoint of its stream, also one that does not concern it and one about a key without a document:
     * so the checkpoint is exactly how far the stream was consumed, a consistency token can be answered, and an event
     * that comes too early proves that something is missing.
     * Throws StreamGap then, before anything was written. Resolves to the events whose number another event has.
     */
    async consume(run: readonly ConsumedEvent[]): Promise<readonly RentalbookEvent[]> {
      const concerning = run.filter(({ event }) => followed.has(event.source));
      const [first] = concerning;
      if (!first) return [];
      const { key } = first.event;
      const attempt: Attempt<State, readonly RentalbookEvent[]> = async (before) => {
        const news = nextOf(concerning, before.seen);
        const conflicting = conflictingIn(concerning, before.appliedIds ?? {});
        if (news.length === 0) return { done: conflicting };
        const effective = news.flatMap(({ event, discarded }) =>
          isHandled(event) && discarded !== true ? [event] : [],
        );
        if (effective.length > 0) {
          // No capacity check while an unpublishable event blocks the outbox: waiting here would stall every key of the partition.
          if (!before.unsendable) assertOutboxCapacity(before);
          // Before the checkpoints are moved, so that a crash in between repeats it; what it writes is guarded by sequence.
          await project(effective);
        }
        const unchanged: Consumption = { state: before.state, outbox: [], seen: before.seen };
        const change = news.reduce((change, consumed) => applyConsumed(change, consumed, before), unchanged);
        const appliedIds = withAppliedIds(before.appliedIds ?? {}, news);
        return { result: conflicting, change: { ...change, appliedIds } };
      };
      const written = await writer.change(key, true, attempt);
      await announce(
        key,
        written,
        concerning.map(({ event }) => event),
      );
      return written.result;
    },

    /** Writes the events of what expired. Decisions treat overdue deadlines as expired anyway, so lateness is harmless. */
    expire: (key: string): Promise<void> =>
      inNewTrace('expire', { attributes: keyAttribute(key) }, async () => {
        const traceparent = currentTraceparent();
        const attempt = (before: Loaded<State>): { done: undefined } | { change: Change<State>; result: undefined } => {
          const bodies = decider.expire(before.state, contextAt(before.now));
          if (bodies.length === 0) return { done: undefined };
          assertOutboxCapacity(before);
          const outbox = envelopeEvents(decider.source, key, before.sequence, bodies, before.now, {
            actor: decider.source,
            correlationId: traceparent === undefined ? newIdAt(before.now) : traceIdOf(traceparent),
            traceparent: traceparent ?? '',
          });
          return { result: undefined, change: { state: evolveAll(before.state, bodies), outbox } };
        };
        await announce(key, await writer.change(key, true, (before) => Promise.resolve(attempt(before))));
      }),

    /**
     * Makes the wait of one request for a key that another service has just published and whose event may be on its way. It
     * waits for one id only, however many the request names, and only for an id that was made within two seconds; at most
     * until the request has no time left.
     */
    arrivals: (leftMs: () => number) => oneArrival((key, ms) => changes.until(key, ms, () => progress(key)), leftMs),

    read,
    progress,

    /** Whether this service has consumed a position of a stream it follows; undefined for its own and for other streams. */
    async hasConsumed({ source, key, sequence }: { source: string; key: string; sequence: number }) {
      if (!followed.has(source)) return undefined;
      return ((await progress(key))?.seen[source] ?? 0) >= sequence;
    },
  };
}

const eventsOf = (entries: readonly OutboxEntry[]): RentalbookEvent[] => entries.map(({ event }) => event);
