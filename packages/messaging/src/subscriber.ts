import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { Metrics } from '@rentalbook/observability/metrics';
import { KafkaJSGroupCoordinatorNotFound, KafkaJSSASLAuthenticationError, type EachBatchPayload } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReceivedMessage } from './dead-letters';
import { deliverBatch } from './delivery';
import type { EventSignatures } from './event-signature';
import { createKafkaClient, type KafkaSettings } from './kafka-client';
import { keysInHand, type KeysInHand } from './keys-in-hand';
import { createMessageHandler, isDeadLetterUnwritten, isOfOneMessage, keyOf } from './message-handling';
import { ParkingConflict, type ParkedKeys } from './parking';
import type { Publisher } from './publisher';

export interface ConsumedEvent {
  readonly event: RentalbookEvent;
  /** The W3C trace context the publisher worked in, when it said so. */
  readonly traceparent: string | undefined;
  /** An operator accepted that the events before it stay missing: only its own sequence counts. */
  readonly overGap?: boolean;
  /** An operator discarded the event: it moves the checkpoint of its stream and has no effect. */
  readonly discarded?: boolean;
  /** When it was sent to Kafka, in milliseconds since the epoch; missing for a dead letter that was put back. */
  readonly publishedAt?: number;
  /** It has no signature where signatures are checked. */
  readonly unsigned?: boolean;
}

export interface SubscriberOptions extends KafkaSettings {
  readonly topic: string;
  readonly groupId: string;
  readonly publisher: Publisher;
  readonly parkedKeys: ParkedKeys;
  readonly metrics: Metrics;
  /** Checks that the source of each event published it. */
  readonly signatures: EventSignatures;
  /**
   * Applies events of one key that came together, in their order: all, or none when it fails. It may be called again for
   * the same events, and must then change nothing. Resolves to those that it did not apply because another event has their
   * number.
   */
  readonly handle: (run: readonly ConsumedEvent[]) => Promise<readonly RentalbookEvent[]>;
  /** Whether a failure of `handle` or `parkedKeys` will pass by itself (an engine that is down): waiting is right. */
  readonly isTransient: (error: unknown) => boolean;
  /** Called for a failure that waiting does not heal, a bug: the process must end rather than look alive. */
  readonly onFatal: (error: unknown) => void;
}

export interface Subscriber {
  start(): Promise<void>;
  close(): Promise<void>;
}

const BACK_OFF_MS = { first: 200, most: 5_000 };
/** How long a member that died holds its partitions; the least that Kafka's brokers allow by default. */
const SESSION_TIMEOUT_MS = 6_000;

/**
 * Delivers every event of a topic to `handle`, at least once and, for each key, in order. What cannot be applied parks
 * its key, and all others go on; what fails because an engine is away waits, however long.
 */
export function createSubscriber(options: SubscriberOptions): Subscriber {
  const kafka = createKafkaClient(options, {
    initialRetryTime: BACK_OFF_MS.first,
    maxRetryTime: BACK_OFF_MS.most,
    retries: Number.MAX_SAFE_INTEGER,
    restartOnFailure: () => Promise.resolve(true),
  });
  const consumer = kafka.consumer({
    groupId: options.groupId,
    sessionTimeout: SESSION_TIMEOUT_MS,
    rebalanceTimeout: 10_000,
    heartbeatInterval: 1_000,
    maxWaitTimeInMs: 1_000,
    allowAutoTopicCreation: false,
  });
  let running: Promise<void> | undefined;
  let closing = false;
  const handler = createMessageHandler(options);
  let isEnding = false;
  // kafkajs reports the failure of a handler once more, as a crash of its own.
  const end = (error: unknown): void => {
    if (!isEnding) options.onFatal(error);
    isEnding = true;
  };
  const lag = new Map<number, number>();
  options.metrics.gauge('consumer_lag_messages', () => [...lag.values()].reduce((sum, behind) => sum + behind, 0));

  const together = async (run: readonly ReceivedMessage[], keys: KeysInHand, bugs: unknown[]) => {
    const [first] = run;
    if (!first || run.length < 2) return new Set<ReceivedMessage>();
    try {
      return await handler.applyTogether(run, await keys.of(keyOf(first)));
    } catch (error) {
      // What is wrong with one of them, or passes, shows again and is dealt with when each is delivered by itself.
      if (!options.isTransient(error) && !isOfOneMessage(error)) bugs.push(error);
      options.log.debug({ err: error }, 'events of one key are applied one by one');
      return new Set<ReceivedMessage>();
    }
  };

  const deliver = async (message: ReceivedMessage, keys: KeysInHand, goesOn: () => boolean): Promise<boolean> => {
    const key = keyOf(message);
    for (let attempt = 1, pause = BACK_OFF_MS.first; ; attempt += 1, pause = Math.min(pause * 2, BACK_OFF_MS.most)) {
      try {
        keys.put(key, await handler.take(message, await keys.of(key)));
        return true;
      } catch (error) {
        if (!options.isTransient(error) && !isDeadLetterUnwritten(error) && !(error instanceof ParkingConflict)) {
          end(error);
          throw error;
        }
        options.metrics.count('event_retries', {});
        options.log.warn(
          { err: error, partition: message.partition, offset: message.offset, attempt },
          'an event waits for an engine that is away',
        );
        keys.forget(key);
        await delay(pause);
        if (!goesOn()) return false;
      }
    }
  };

  const deliverAll = async (payload: EachBatchPayload): Promise<void> => {
    const { partition, messages } = payload.batch;
    const names = new Set(messages.map(({ key }) => key?.toString('utf8') ?? ''));
    const keys = keysInHand(options.parkedKeys, options.groupId, partition, [...names]);
    const bugs: unknown[] = [];
    try {
      await deliverBatch(payload, {
        together: (run) => together(run, keys, bugs),
        deliver: (message, goesOn) => deliver(message, keys, () => goesOn() && !closing),
      });
    } finally {
      // A bug ends the process also when no event had it alone: by then each was delivered by itself, so the next one gets on.
      if (bugs.length > 0) end(bugs[0]);
    }
    lag.set(partition, Number(payload.batch.offsetLag()));
  };

  const run = (): Promise<void> =>
    consumer.run({ eachBatchAutoResolve: false, partitionsConsumedConcurrently: 4, eachBatch: deliverAll });

  const runAgain = async (): Promise<void> => {
    await delay(BACK_OFF_MS.first);
    if (!closing) await run();
  };

  const start = async (): Promise<void> => {
    // kafkajs stops for good on an error it calls not retriable, and leaves the process running beside it.
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      options.metrics.count('consumer_restarts', {});
      if (restart) return;
      if (isWithoutCoordinator(error) || isLoginRefused(error)) runAgain().catch(end);
      else end(error);
    });
    consumer.on(consumer.events.GROUP_JOIN, () => {
      lag.clear();
    });
    await consumer.connect();
    // Also after an offset that the broker no longer has: starting over repeats, starting at the end would lose.
    await consumer.subscribe({ topic: options.topic, fromBeginning: true });
    await run();
  };
  return {
    start: () => (running ??= start()),
    async close() {
      closing = true;
      await consumer.disconnect();
    },
  };
}

/** The broker has another password, as while one is changed; the next connection logs in with what the file has then. */
const isLoginRefused = (error: unknown): boolean =>
  error instanceof KafkaJSSASLAuthenticationError || (error instanceof Error && isLoginRefused(error.cause));
/** No broker said who coordinates the group: they hung up, as when they go away or come back, which passes. */
const isWithoutCoordinator = (error: unknown): boolean =>
  error instanceof KafkaJSGroupCoordinatorNotFound || (error instanceof Error && isWithoutCoordinator(error.cause));
