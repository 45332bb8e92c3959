import {
  createPublisher,
  createSubscriber,
  createTopicReader,
  ensureTopics,
  type EventSignatures,
  kafkaSecurityOf,
  type Log,
  type Metrics,
  noopMetrics,
  type Publisher,
  type Subscriber,
  type SubscriberOptions,
  type TopicSettings,
  unsigned,
} from '@rentalbook/messaging';
import type { Connection } from 'mongoose';
import {
  checkDatabase,
  connectDatabase,
  createDatabaseClock,
  isStoreUnavailable,
  mongoCredentialsOf,
  mongoSecurityOf,
  MongoUnreachable,
  retryWhileUnavailable,
  watchRotation,
} from '@rentalbook/mongo';
import { createEngineWatch } from './engine-watch';
import type { EngineSettings } from './engine-settings';
import { createLostDatabaseReport } from './lost-database';
import { measureCertificates, measurePool } from './measured';
import { parkedKeysIn } from './parked-keys';
import { topicPositionIn } from './topic-position';

export interface Engines {
  readonly connection: Connection;
  readonly publisher: Publisher;
  readonly topic: string;
  /** The consumer group of this service, with the suffix that `subscribe` takes. */
  groupOf(suffix?: string): string;
  /**
   * Runs a service's preparations in MongoDB, again while it is busy, as on a machine that starts everything at once.
   * Throws MongoUnreachable after ENGINES_WITHIN_MS.
   */
  prepare<Result>(work: () => Promise<Result>): Promise<Result>;
  /**
   * Starts to deliver every event of the topic to `handle`, in batches of one key, in the consumer group of this service; a
   * suffix names another group, which starts from the beginning.
   */
  subscribe(handle: SubscriberOptions['handle'], groupSuffix?: string): Pick<Subscriber, 'close'>;
  /**
   * Why the service is not ready, or undefined. Kafka answered at the start; while it is unavailable later, the outbox keeps
   * the events, and commands must not be refused.
   */
  readiness(): Promise<string | undefined>;
  /** Milliseconds since Kafka last answered for the topic, once they are more than two polls; 0 before. */
  unknownForMs(): number;
  /** Call it before `close`, so that no event is delivered to a service that is closing. */
  stopConsuming(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects a service to its engines; throws KafkaUnreachable or MongoUnreachable when one does not answer, and
 * SecuritySettingsError when settings of TLS or credentials are wrong. `end` is called when MongoDB accepts rotated
 * certificates, or has lost the database: it has to stop the service, so that the next process connects anew.
 */
export async function connectEngines(
  service: string,
  settings: EngineSettings,
  log: Log,
  metrics: Metrics = noopMetrics,
  end?: (reason: string) => void,
  signatures: EventSignatures = unsigned,
): Promise<Engines> {
  const security = kafkaSecurityOf(settings);
  const credentials = mongoCredentialsOf(settings, settings.MONGO_URL);
  const kafka = { brokers: settings.KAFKA_BROKERS, clientId: service, log, security };
  const topic = settings.KAFKA_TOPIC;
  const database = `${settings.MONGO_DATABASE_PREFIX}${service}`;
  const createTopic = () => ensureTopics({ ...kafka, ...topicOf(settings) }, settings.ENGINES_WITHIN_MS);
  const [connection] = await Promise.all([
    connectDatabase(settings.MONGO_URL, database, settings.ENGINES_WITHIN_MS, log, () => credentials.take()),
    createTopic(),
  ]);
  measurePool(connection, metrics);
  measureCertificates(settings, metrics);
  const publisher = createPublisher(kafka);
  const parkedKeys = parkedKeysIn(connection);
  const subscribers = openSubscribers();
  const rotation = watchRotation({
    credentials,
    log,
    tryConnection: () => tryConnection(settings, database, log),
    onRotated: () => end?.('the certificates of MongoDB were rotated; a new process uses them'),
  });
  if (end && credentials.canChange) rotation.start();
  const prepare = prepareWithin(settings);
  const reader = createTopicReader({ ...kafka, topic });
  const watch = createEngineWatch({
    ...{ topic, connection, reader, createTopic, log, metrics },
    position: topicPositionIn(connection, topic),
    end: (reason) => end?.(reason),
  });
  const { isNew } = await prepare(createDatabaseClock(connection).prepare);
  watch.start();
  const reportLostDatabase = createLostDatabaseReport({ service, database, reader, log, metrics });
  const groupOf = (suffix = ''): string => `${settings.KAFKA_GROUP_PREFIX}${service}${suffix}`;

  return {
    connection,
    publisher,
    topic,
    groupOf,
    prepare,
    subscribe(handle, groupSuffix = '') {
      const groupId = groupOf(groupSuffix);
      // It replaces that of the group before: keys that the version before has parked block nothing that is served.
      metrics.gauge('parked_keys', () => parkedKeys.count(groupId));
      const topicEnds = () => (watch.unknownForMs() < LAG_UNKNOWN_AFTER_MS ? watch.ends() : undefined);
      const consumed = { topic, groupId, handle, signatures, topicEnds };
      const subscriber = createSubscriber({
        ...{ ...kafka, ...consumed, publisher, parkedKeys, metrics },
        isTransient: isStoreUnavailable,
        onFatal: endProcess,
      });
      const ready = isNew ? reportLostDatabase(groupId) : Promise.resolve();
      ready.then(() => subscriber.start()).catch(endProcess);
      return subscribers.add(subscriber);
    },
    readiness: () => checkDatabase(connection),
    unknownForMs() {
      const unknownMs = watch.unknownForMs();
      return unknownMs < LAG_UNKNOWN_AFTER_MS ? 0 : unknownMs;
    },
    stopConsuming: subscribers.close,
    async close() {
      rotation.stop();
      await watch.stop();
      await publisher.close();
      await connection.close();
    },
  };
}

/** The subscribers that are not closed yet. */
function openSubscribers() {
  const open = new Set<Subscriber>();
  return {
    add(subscriber: Subscriber): Pick<Subscriber, 'close'> {
      open.add(subscriber);
      return {
        async close() {
          await subscriber.close();
          open.delete(subscriber);
        },
      };
    },
    async close(): Promise<void> {
      await Promise.all([...open].map((subscriber) => subscriber.close()));
    },
  };
}

/** Milliseconds without an answer about the topic after which it is not known how far a consumer is behind. */
const LAG_UNKNOWN_AFTER_MS = 12_000;

const topicOf = (settings: EngineSettings): TopicSettings => ({
  topic: settings.KAFKA_TOPIC,
  partitions: settings.KAFKA_TOPIC_PARTITIONS,
  replication: settings.KAFKA_TOPIC_REPLICATION,
});

/** Runs preparations again while MongoDB is busy; throws MongoUnreachable when the time is over. */
function prepareWithin(settings: EngineSettings): Engines['prepare'] {
  return async (work) => {
    const deadline = AbortSignal.timeout(settings.ENGINES_WITHIN_MS);
    try {
      return await retryWhileUnavailable(work, deadline);
    } catch (error) {
      if (deadline.aborted && error === deadline.reason) throw new MongoUnreachable(settings.MONGO_URL, error);
      throw error;
    }
  };
}

/** Opens and closes a connection with the files of the credentials as they are now. */
async function tryConnection(settings: EngineSettings, database: string, log: Log): Promise<void> {
  const { MONGO_URL: url } = settings;
  const tried = await connectDatabase(url, database, 0, log, () => mongoSecurityOf(settings, url));
  await tried.destroy();
}

/** A bug in a handler must not leave an idle process that counts as healthy: the owner of the process ends it. */
function endProcess(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
