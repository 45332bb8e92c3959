import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { noopMetrics, unsigned, type EventSignatures, type Log, type Metrics } from '@rentalbook/messaging';
import { connectEngines, type EngineSettings } from '@rentalbook/service-kit/engines';
import type { Connection } from 'mongoose';
import type { EventBody, EventDecider } from './aggregate/event-decider';
import { aggregateModel, type AggregateModel } from './aggregate/aggregate-document';
import { createAggregateStore } from './aggregate-store';
import type { NamedCommand } from './aggregate/command';
import type { Changes } from './aggregate/changes';
import type { Projection } from './aggregate/projection-notifier';
import { createProjectedHere } from './outbox/projected-here';
import { createRelay } from './outbox/relay';
import { createDeadlineScheduler } from './deadlines/deadline-scheduler';

export interface AggregateHostOptions<
  State,
  Command extends NamedCommand,
  Own extends EventBody,
  Handled extends RentalbookEvent,
  Policy,
  Reads,
> {
  readonly settings: EngineSettings & { readonly IDEMPOTENCY_KEYS_PER_DAY: number };
  readonly log: Log;
  readonly metrics?: Metrics;
  /** As for {@link connectEngines}. */
  readonly end?: (reason: string) => void;
  /** Signs the events of this service, and checks those of others; by default neither. */
  readonly signatures?: EventSignatures;
  /** Called for events that Kafka acknowledged; for some of them again after a crash. */
  readonly onPublished?: (events: readonly RentalbookEvent[]) => void;
  readonly decider: EventDecider<State, Command, Own, Handled, Policy>;
  readonly policy: () => Policy;
  readonly changes: Changes;
  /** The permanent log of the service's own streams. */
  readonly eventLog: (connection: Connection) => { keep(events: readonly RentalbookEvent[]): Promise<void> };
  /** The service's own read collections: their projection and their queries. */
  readonly reads: (
    connection: Connection,
    aggregates: AggregateModel,
  ) => Reads & { readonly project: Projection; prepare(): Promise<void> };
}

/** Runs a service that owns an aggregate: engines, store, relay, and the consumer of other services' events. */
export async function hostAggregate<
  State,
  Command extends NamedCommand,
  Own extends EventBody,
  Handled extends RentalbookEvent,
  Policy,
  Reads,
>(options: AggregateHostOptions<State, Command, Own, Handled, Policy, Reads>) {
  const { decider, policy, log, metrics = noopMetrics, signatures = unsigned } = options;
  const engines = await connectEngines(decider.source, options.settings, log, metrics, options.end, signatures);
  const eventLog = options.eventLog(engines.connection);
  const reads = options.reads(engines.connection, aggregateModel(engines.connection));
  const projected = createProjectedHere((events) => reads.project(events), decider.source);
  const store = createAggregateStore({
    connection: engines.connection,
    decider,
    policy,
    project: projected.project,
    changes: options.changes,
    metrics,
    keysPerDay: options.settings.IDEMPOTENCY_KEYS_PER_DAY,
    wakeRelay: () => {
      relay.wake();
    },
  });
  const relay = createRelay({
    model: store.model,
    idempotencyRecords: store.idempotencyRecords,
    outboxes: store.outboxes,
    async project(events) {
      await Promise.all([projected.projectOthers(events), eventLog.keep(events)]);
    },
    publisher: engines.publisher,
    sign: signatures.sign,
    topic: engines.topic,
    log,
    metrics,
    ...(options.onPublished && { onPublished: options.onPublished }),
  });
  await engines.prepare(() => Promise.all([store.prepare(), reads.prepare()]));
  const deadlines = createDeadlineScheduler({ model: store.model, expire: store.expire, log });
  relay.start();
  deadlines.start();
  // A service's own events come by on the topic as well; it evolved them when it decided them.
  engines.subscribe((run) => store.consume(run.filter(({ event }) => event.source !== decider.source)));

  return {
    store,
    reads,
    readiness: engines.readiness,
    consumer: engines.groupOf,
    /** Consumer and deadline scheduler first, then the relay sends what is left, then the connections. */
    async stop(): Promise<void> {
      await Promise.all([engines.stopConsuming(), deadlines.stop()]);
      await relay.stop();
      await engines.close();
    },
  };
}
