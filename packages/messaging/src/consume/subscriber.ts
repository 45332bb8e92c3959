import { pause } from '@rentalbook/timing';
import { KafkaJSGroupCoordinatorNotFound, KafkaJSSASLAuthenticationError, type EachBatchPayload } from 'kafkajs';
import { createBatchDelivery } from './batch-delivery';
import { createConsumerLag } from './consumer-lag';
import { createKafkaClient } from '../kafka/kafka-client';
import type { SubscriberOptions } from './subscriber-options';

export interface Subscriber {
  /** Resolves once it is a member of its group, or is closed before. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const BACK_OFF_MS = { first: 200, most: 5_000 };
/** How long a dead member keeps its partitions; the least that Kafka's brokers allow by default. */
const SESSION_TIMEOUT_MS = 6_000;
const START_ENDS_WITHIN_MS = 2_000;

/**
 * Delivers every event of a topic to `handle`, at least once and, for each key, in order. An event that cannot be applied
 * parks its key, and all other keys go on; an event that fails because an engine is unavailable waits, however long.
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
  let isEnding = false;
  // kafkajs reports the failure of a handler once more, as a crash of its own.
  const end = (error: unknown): void => {
    if (!isEnding) options.onFatal(error);
    isEnding = true;
  };
  const lag = createConsumerLag();
  options.metrics.gauge('consumer_lag_messages', () => {
    const ends = options.topicEnds ? options.topicEnds() : [];
    if (!ends) throw new Error('no broker has answered for the topic');
    return lag.messages(ends);
  });

  const delivery = createBatchDelivery({ options, backOffMs: BACK_OFF_MS, isClosing: () => closing, end });

  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { partition, highWatermark } = payload.batch;
    lag.fetched(partition, Number(payload.batch.firstOffset() ?? highWatermark), Number(highWatermark));
    await delivery.deliverEach(payload);
    lag.applied(partition, Number(payload.batch.lastOffset()) + 1);
  };

  const run = (): Promise<void> =>
    consumer.run({ eachBatchAutoResolve: false, partitionsConsumedConcurrently: 4, eachBatch });

  const runAgain = async (): Promise<void> => {
    await pause(BACK_OFF_MS.first);
    if (!closing) await run();
  };

  const start = async (): Promise<void> => {
    // kafkajs stops for good on an error it calls not retriable, and leaves the process running beside it.
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      options.metrics.count('consumer_restarts', {});
      if (restart) return;
      if (isWithoutCoordinator(error) || isLoginRefused(error)) running = runAgain().catch(end);
      else end(error);
    });
    consumer.on(consumer.events.GROUP_JOIN, () => {
      lag.clear();
      delivery.joined();
    });
    await consumer.connect();
    // Also after an offset that the broker no longer has: starting over repeats, starting at the end would lose.
    await consumer.subscribe({ topic: options.topic, fromBeginning: true });
    if (!closing) await run();
  };
  /** What fails while it is closed is no fault. */
  const begin = async (): Promise<void> => {
    if (closing) return;
    await start().catch((error: unknown) => {
      if (!closing) throw error;
    });
  };
  return {
    start: () => (running ??= begin()),
    async close() {
      closing = true;
      // kafkajs does not stop what it is still starting, which takes as long as no broker answers.
      const started = running?.catch(() => undefined);
      await Promise.race([started, pause(START_ENDS_WITHIN_MS, { holds: false })]);
      await consumer.disconnect();
    },
  };
}

/** The broker has another password, as during a rotation; the next connection reads the file again. */
const isLoginRefused = (error: unknown): boolean =>
  error instanceof KafkaJSSASLAuthenticationError || (error instanceof Error && isLoginRefused(error.cause));
/** No broker named the coordinator of the group: they closed their connections while they stop or start, which is transient. */
const isWithoutCoordinator = (error: unknown): boolean =>
  error instanceof KafkaJSGroupCoordinatorNotFound || (error instanceof Error && isWithoutCoordinator(error.cause));
