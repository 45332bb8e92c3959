import { MalformedEvent, parseEvent, type RentalbookEvent } from '@rentalbook/event-contracts';
import type { Consumer } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';
import { setAside, type ReceivedMessage } from './dead-letters';
import { deliverBatch } from './delivery';
import { createKafkaClient, type KafkaSettings } from './kafka-client';
import type { Publisher } from './publisher';

export interface HeardEvent {
  readonly event: RentalbookEvent;
  /** The W3C trace context the publisher worked in, when it said so. */
  readonly traceparent: string | undefined;
}

export interface SubscriberOptions extends KafkaSettings {
  readonly topic: string;
  readonly groupId: string;
  readonly publisher: Publisher;
  /** Applies one event. It may be called again for the same event, and must then change nothing. */
  readonly handle: (heard: HeardEvent) => Promise<void>;
  /** Whether a failure of `handle` will pass by itself (an engine that is down), so that waiting is right. */
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

/** Delivers every event of a topic to `handle`, at least once and, for each key, in order. */
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

  const start = async (): Promise<void> => {
    endProcessOnCrash(consumer, options);
    await consumer.connect();
    // Also after an offset that the broker no longer has: starting over repeats, starting at the end would lose.
    await consumer.subscribe({ topic: options.topic, fromBeginning: true });
    await consumer.run({
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 4,
      eachBatch: (payload) =>
        deliverBatch(payload, (message, goesOn) => deliver(options, message, () => goesOn() && !closing)),
    });
  };
  return {
    start: () => (running ??= start()),
    async close() {
      closing = true;
      await consumer.disconnect();
    },
  };
}

/** kafkajs stops a consumer for good on an error it calls not retriable, and leaves the process running beside it. */
function endProcessOnCrash(consumer: Consumer, { onFatal }: SubscriberOptions): void {
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) onFatal(payload.error);
  });
}

async function deliver(options: SubscriberOptions, message: ReceivedMessage, goesOn: () => boolean): Promise<boolean> {
  const firstAt = new Date();
  for (let attempt = 1, pause = BACK_OFF_MS.first; ; attempt += 1, pause = Math.min(pause * 2, BACK_OFF_MS.most)) {
    try {
      await attemptOnce(options, message, attempt, firstAt);
      return true;
    } catch (error) {
      if (!options.isTransient(error) && !(error instanceof DeadLetterFailed)) {
        options.onFatal(error);
        throw error;
      }
      options.log.warn(
        { err: error, partition: message.partition, offset: message.offset, attempt },
        'an event waits for an engine that is away',
      );
      await delay(pause);
      if (!goesOn()) return false;
    }
  }
}

async function attemptOnce(
  options: SubscriberOptions,
  message: ReceivedMessage,
  attempts: number,
  firstAt: Date,
): Promise<void> {
  let event: RentalbookEvent;
  try {
    event = parseEvent(message.value);
    if (event.key !== message.key) throw new MalformedEvent('The message key differs from the key in the event.');
  } catch (error) {
    if (!(error instanceof MalformedEvent)) throw error;
    await setAsideOrRetry(options, message, { reason: error.message, attempts, firstAt });
    return;
  }
  await options.handle({ event, traceparent: message.headers['traceparent'] });
}

class DeadLetterFailed extends Error {
  override readonly name = 'DeadLetterFailed';
}

async function setAsideOrRetry(
  options: SubscriberOptions,
  message: ReceivedMessage,
  why: { reason: string; attempts: number; firstAt: Date },
): Promise<void> {
  try {
    await setAside(options.publisher, message, { ...why, consumer: options.groupId, lastAt: new Date() });
  } catch (error) {
    throw new DeadLetterFailed('a dead letter could not be written', { cause: error });
  }
  options.log.error(
    { reason: why.reason, partition: message.partition, offset: message.offset, key: message.key },
    'a malformed message was set aside',
  );
}
