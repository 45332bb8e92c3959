import { type EngineSettings, parkedKeysIn } from '@rentalbook/service-kit/engines';
import { connectDatabase, isStoreUnavailable } from '@rentalbook/mongo';
import { type EmbeddedKafka, startEmbeddedKafka } from '@rentalbook/embedded-kafka';
import { type EmbeddedMongo, startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import type { EventOf } from '@rentalbook/event-contracts';
import {
  type ConsumedEvent,
  createPublisher,
  createSubscriber,
  ensureTopics,
  noopMetrics,
  type Publisher,
  type Subscriber,
  type SubscriberOptions,
  unsigned,
} from '@rentalbook/messaging';
import { eventually, GIVE_UP_AFTER_MS, newDataFolder } from '@rentalbook/test-kit';
import { rmSync } from 'node:fs';
import { openDeadLetterAdmin } from '../../tools/cli/src/dead-letter-admin';
import { openCirculation } from './circulation-under-test';

export const TOPIC = 'rentalbook';
const DATABASE_PREFIX = 'rentalbook-';
export const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
function ignore(): void {
  // The checks look at what the consumer did, not at what it said.
}

/** The embedded engines, and a publisher that is not the system's own. */
export interface Engines {
  readonly mongo: EmbeddedMongo;
  readonly brokers: string[];
  readonly outside: Publisher;
  /** Their settings for a service. */
  readonly settings: EngineSettings;
  stopKafka(): Promise<void>;
  startKafka(): Promise<void>;
  /** Starts a Kafka at the same address that has nothing of the one before, as a pod without a volume does. */
  replaceKafka(): Promise<void>;
  /** Creates the topic where it is missing. */
  createTopic(): Promise<void>;
  stop(): Promise<void>;
}

export async function startEngines(): Promise<Engines> {
  const dataDir = newDataFolder();
  const mongo = await startEmbeddedMongo({ port: 0 });
  let kafka: EmbeddedKafka = await startEmbeddedKafka({ port: 0, dataDir });
  const { port } = kafka;
  const brokers = [kafka.brokers];
  const client = { brokers, clientId: 'outside', log: silent };
  const createTopic = (): Promise<void> =>
    ensureTopics({ ...client, topic: TOPIC, partitions: 3, replication: 1 }, GIVE_UP_AFTER_MS);
  await createTopic();
  const outside = createPublisher(client);
  return {
    mongo,
    brokers,
    outside,
    createTopic,
    settings: {
      KAFKA_BROKERS: brokers,
      KAFKA_TOPIC: TOPIC,
      KAFKA_TOPIC_PARTITIONS: 3,
      KAFKA_TOPIC_REPLICATION: 1,
      KAFKA_GROUP_PREFIX: '',
      MONGO_URL: mongo.url,
      MONGO_DATABASE_PREFIX: DATABASE_PREFIX,
      ENGINES_WITHIN_MS: GIVE_UP_AFTER_MS,
    },
    stopKafka: () => kafka.close(),
    async startKafka() {
      kafka = await startEmbeddedKafka({ port, dataDir });
    },
    async replaceKafka() {
      await kafka.close();
      rmSync(dataDir, { recursive: true, force: true });
      kafka = await startEmbeddedKafka({ port, dataDir });
    },
    async stop() {
      await outside.close();
      await kafka.close();
      await mongo.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The dead-letter admin of an operator on these engines. */
export const openAdmin = ({ brokers, mongo }: Engines) =>
  openDeadLetterAdmin({
    brokers: brokers.join(','),
    topic: TOPIC,
    mongoUrl: mongo.url,
    databasePrefix: DATABASE_PREFIX,
    log: silent,
  });

/** A subscriber without a database: nothing is parked, and no failure passes. */
export const subscriberOf = (
  { brokers, outside }: Engines,
  groupId: string,
  handle: SubscriberOptions['handle'] = () => Promise.resolve([]),
): Subscriber =>
  createSubscriber({
    ...{ brokers, clientId: groupId, log: silent, topic: TOPIC, groupId },
    ...{ publisher: outside, metrics: noopMetrics, signatures: unsigned, isTransient: () => false },
    parkedKeys: { find: () => Promise.resolve([]), count: () => Promise.resolve(0), save: () => Promise.resolve() },
    handle,
    onFatal(error) {
      throw error;
    },
  });

export interface ConsumerOptions {
  readonly name: string;
  /** What a version of the service with a bug does with an event before it applies it. */
  readonly before?: (consumed: ConsumedEvent) => void;
}

/** One replica of Reserve's consumer, started again whenever a bug ends it, as its supervisor would. */
export async function startConsumer(engines: Engines, { name, before }: ConsumerOptions) {
  const connection = await connectDatabase(engines.mongo.url, `${DATABASE_PREFIX}${name}`, GIVE_UP_AFTER_MS, silent);
  const client = { brokers: engines.brokers, clientId: name, log: silent };
  const publisher = createPublisher(client);
  const store = await openCirculation(connection);
  const crashes: unknown[] = [];
  let stopped = false;

  const begin = () => {
    const subscriber = createSubscriber({
      ...client,
      topic: TOPIC,
      groupId: name,
      publisher,
      parkedKeys: parkedKeysIn(connection),
      metrics: noopMetrics,
      // Its keys are none, so that every signature is a wrong one.
      signatures: { ...unsigned, checks: true },
      handle: async (run) => {
        for (const consumed of run) before?.(consumed);
        return store.consume(run);
      },
      isTransient: isStoreUnavailable,
      onFatal(error) {
        crashes.push(error);
        if (!stopped) current = current.then((one) => one.close()).then(begin);
      },
    });
    return subscriber.start().then(() => subscriber);
  };
  let current = begin();
  await current;
  return {
    store,
    crashes,
    parked: parkedKeysIn(connection),
    stateOf: async (key: string) => await store.read(key),
    async stop(): Promise<void> {
      stopped = true;
      await (await current).close();
      await publisher.close();
      await connection.close();
    },
  };
}

export type ConsumerUnderTest = Awaited<ReturnType<typeof startConsumer>>;

/** Whether what is published was acknowledged. */
export const isTaken = (publishing: Promise<void>): Promise<boolean> =>
  publishing.then(
    () => true,
    () => false,
  );

/** Waits for a condition that has a name. */
export const until = (what: string, condition: () => Promise<boolean> | boolean): Promise<true> =>
  eventually(condition, { what: `that ${what}` });

const envelope = {
  id: '0198f3a0-9999-7000-8000-000000000001',
  timestamp: '2026-03-02T09:30:00.000Z',
  schemaVersion: 1,
  correlationId: 'test',
  actor: 'libby',
} as const;

/** A book's stream: it comes with copies c-1 to c-n, of which one after the other is withdrawn. */
export function bookStream(key: string, length: number): readonly (EventOf<'Added'> | EventOf<'Withdrawn'>)[] {
  const copyIds = Array.from({ length }, (_, copy) => `c-${String(copy + 1)}`);
  const added: EventOf<'Added'> = {
    ...envelope,
    source: 'book',
    eventType: 'Added',
    key,
    sequence: 1,
    data: { bookId: key, bookNm: key, authors: ['A'], isbn: null, copyIds, status: 'In stock' },
  };
  const withdrawals = copyIds.slice(1).map((copyId, index): EventOf<'Withdrawn'> => ({
    ...envelope,
    source: 'book',
    eventType: 'Withdrawn',
    key,
    sequence: index + 2,
    data: { bookId: key, copyId, reason: 'worn' },
  }));
  return [added, ...withdrawals];
}

export const messageOf = (event: { readonly key: string }) => ({
  key: event.key,
  value: JSON.stringify(event),
  headers: { 'content-type': 'application/json' },
});
