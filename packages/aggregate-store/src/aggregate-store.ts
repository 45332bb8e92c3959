import type { RentalbookEvent, Refusal } from '@rentalbook/event-contracts';
import { noopMetrics, type ConsumedEvent, type Metrics } from '@rentalbook/messaging';
import type { Connection } from 'mongoose';
import type { EventBody, EventDecider } from './aggregate/event-decider';
import { aggregateModel, type AggregateDocument, type AggregateModel } from './aggregate/aggregate-document';
import type { Changes } from './aggregate/changes';
import type { CommandContext, Executed, NamedCommand } from './aggregate/command';
import { createCommandHandler } from './aggregate/command-handler';
import { createDeadlineHandler } from './deadlines/deadline-handler';
import type { Decision } from '@rentalbook/decider';
import { decisionsOf } from './aggregate/decisions';
import { createDocumentWriter } from './aggregate/document-writer';
import { createEventReactor } from './aggregate/event-reactor';
import { createKnownDocuments } from './aggregate/known-documents';
import { createIdempotencyRecords, type IdempotencyRecords } from './idempotency/idempotency-records';
import { createProjectionNotifier, type Projection } from './aggregate/projection-notifier';
import type { LocalOutboxes } from './outbox/local-outboxes';
import { waitOncePerRequest } from './aggregate/replica-wait';

export interface AggregateStoreOptions<
  State,
  Command extends NamedCommand,
  Own extends EventBody,
  Handled extends RentalbookEvent,
  Policy,
> {
  readonly connection: Connection;
  readonly decider: EventDecider<State, Command, Own, Handled, Policy>;
  /** The policy in force, read at every decision. */
  readonly policy: () => Policy;
  readonly project: Projection;
  /** Wakes those who wait for a change of a key. */
  readonly changes: Changes;
  /** Called when there is something to publish that was not written just now. */
  readonly wakeRelay: () => void;
  /** How many idempotency keys an owner may use on a day; by default there is no bound. */
  readonly keysPerDay?: number;
  readonly metrics?: Metrics;
}

/** Last sequence of the key's own stream, and the checkpoint of each stream that the service consumes. */
export type Progress = Pick<AggregateDocument, 'sequence' | 'seen'>;
/** The state of a key, and its progress. */
export type RecordedState<State> = Progress & Pick<AggregateDocument<State>, 'state'>;

/** The aggregates of one service: decided by commands and by events of other services, one document per key. */
export interface AggregateStore<State, Command extends NamedCommand> {
  readonly model: AggregateModel;
  readonly idempotencyRecords: IdempotencyRecords;
  readonly changes: Changes;
  /** What this process has written and not published, for its relay. */
  readonly outboxes: LocalOutboxes;

  /** Creates indexes and the clock document; safe to call by every replica at every start. */
  prepare(): Promise<void>;

  /**
   * Decides a command about a key and commits what follows, exactly once per idempotency key. The key of the first command
   * with an idempotency key counts, and is the one that the decider gets: what is added twice with it, under a new key each
   * time, is added once.
   * Throws {@link IdempotencyKeyReused} when the idempotency key was used for another request, and StoreUnavailable when the
   * change could not be made or its fate is unknown.
   */
  execute(key: string, command: Command, context: CommandContext): Promise<Executed>;

  /**
   * Records the refusal of a command whose target no key has, so that its idempotency key stands for that refusal.
   * Throws as `execute` does.
   */
  recordRefusal(target: string, refusal: Decision<never, Refusal>, context: CommandContext): Promise<Executed>;

  /**
   * Applies events of other services about one key, in their order and in one write. A repeat changes nothing. Every event
   * of a source that the service consumes moves the checkpoint of its stream, also one that does not concern it and one
   * about a key without a document: so the checkpoint is exactly how far the stream was consumed, a consistency token can
   * be answered, and an event that comes too early proves that something is missing.
   * Throws StreamGap then, before anything was written. Resolves to the events whose number another event has.
   */
  consume(run: readonly ConsumedEvent[]): Promise<readonly RentalbookEvent[]>;

  /** Writes the events of what expired. Decisions treat overdue deadlines as expired anyway, so lateness is harmless. */
  expire(key: string): Promise<void>;

  /**
   * Returns the wait of one request for a key that another service has just published and whose event may be on its way. It
   * waits for one id only, however many the request names, and only for an id that was made within two seconds; at most
   * until the request has no time left.
   */
  replicaWaits(leftMs: () => number): (key: string) => Promise<void>;

  /** Undefined for a key without a document. */
  read(key: string): Promise<RecordedState<State> | undefined>;

  /**
   * Undefined for a key without a document. Polled by many waiters at once; reads only the sequence and the checkpoints, and
   * nothing where what this process has written is enough.
   */
  progress(key: string, isEnough?: (progress: Progress) => boolean): Promise<Progress | undefined>;

  /** Whether this service has consumed a position of a stream it follows; undefined for its own and for other streams. */
  hasConsumed(position: {
    readonly source: string;
    readonly key: string;
    readonly sequence: number;
  }): Promise<boolean | undefined>;
}

export function createAggregateStore<
  State,
  Command extends NamedCommand,
  Own extends EventBody,
  Handled extends RentalbookEvent,
  Policy,
>(options: AggregateStoreOptions<State, Command, Own, Handled, Policy>): AggregateStore<State, Command> {
  const { decider, project, changes, wakeRelay, connection, metrics = noopMetrics } = options;
  const { initial, nextDeadline } = decider;
  const model = aggregateModel(connection);
  const idempotencyRecords = createIdempotencyRecords(connection, options.keysPerDay);
  const known = createKnownDocuments<State>();
  const writer = createDocumentWriter({ connection, model, initial, nextDeadline, metrics, known });
  const projectAndNotify = createProjectionNotifier({ project, changes, wakeRelay });
  const parts = { decisions: decisionsOf(decider, options.policy), writer, projectAndNotify };
  const { execute, recordRefusal } = createCommandHandler({ ...parts, idempotencyRecords, wakeRelay, metrics });
  const { consume, follows } = createEventReactor({ ...parts, project });
  const expire = createDeadlineHandler(parts);

  const progress = async (
    key: string,
    isEnough: (progress: Progress) => boolean = () => false,
  ): Promise<Progress | undefined> => {
    const written = known.get(key)?.before;
    if (written && isEnough(written)) return { sequence: written.sequence, seen: written.seen };
    return (await model.findById(key, { sequence: 1, seen: 1 }).lean<Progress>()) ?? undefined;
  };

  return {
    ...{ model, idempotencyRecords, changes, execute, recordRefusal, consume, expire, progress },
    outboxes: known,

    async prepare() {
      await model.createIndexes();
      await idempotencyRecords.prepare();
      await writer.prepare();
    },

    replicaWaits: (leftMs) => waitOncePerRequest((key, ms) => changes.until(key, ms, () => progress(key)), leftMs),

    async read(key) {
      const found = await model.findById(key, { state: 1, sequence: 1, seen: 1 }).lean<AggregateDocument<State>>();
      return found ?? undefined;
    },

    async hasConsumed({ source, key, sequence }) {
      if (!follows(source)) return undefined;
      const isConsumed = ({ seen }: Progress): boolean => (seen[source] ?? 0) >= sequence;
      const found = await progress(key, isConsumed);
      return found !== undefined && isConsumed(found);
    },
  };
}
