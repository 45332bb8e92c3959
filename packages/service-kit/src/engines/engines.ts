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
  prepare<Result>(work: () => Promise<Result>, deadline?: AbortSignal): Promise<Result>;
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
  const topics = {
    topic,
    partitions: settings.KAFKA_TOPIC_PARTITIONS,
    replication: settings.KAFKA_TOPIC_REPLICATION,
  };
  const createTopic = (): Promise<void> => ensureTopics({ ...kafka, ...topics }, settings.ENGINES_WITHIN_MS);
  const [connection] = await Promise.all([
    connectDatabase(settings.MONGO_URL, database, settings.ENGINES_WITHIN_MS, log, () => credentials.take()),
    createTopic(),
  ]);
  measurePool(connection, metrics);
  measureCertificates(settings, metrics);
  const publisher = createPublisher(kafka);
  const parkedKeys = parkedKeysIn(connection);
  const subscribers: Subscriber[] = [];
  const rotation = watchRotation({
    credentials,
    log,
    async tryConnection() {
      const { MONGO_URL: url } = settings;
      const tried = await connectDatabase(url, database, 0, log, () => mongoSecurityOf(settings, url));
      await tried.destroy();
    },
    onRotated: () => end?.('the certificates of MongoDB were rotated; a new process uses them'),
  });
  if (end && credentials.canChange) rotation.start();
  const withinTime = (): AbortSignal => AbortSignal.timeout(settings.ENGINES_WITHIN_MS);
  const prepare = async <Result>(work: () => Promise<Result>, deadline = withinTime()): Promise<Result> => {
    try {
      return await retryWhileUnavailable(work, deadline);
    } catch (error) {
      if (deadline.aborted && error === deadline.reason) throw new MongoUnreachable(settings.MONGO_URL, error);
      throw error;
    }
  };
  const reader = createTopicReader({ ...kafka, topic });
  const watch = createEngineWatch({
    ...{ topic, connection, reader, createTopic, log, metrics },
    position: topicPositionIn(connection, topic),
    end: (reason) => end?.(reason),
  });
  const { isNew } = await prepare(createDatabaseClock(connection).prepare);
  watch.start();
  /** A database without a past beside a consumer group with one: what the group read is missing from it. */
  const reportLostDatabase = async (groupId: string): Promise<void> => {
    const read = await reader.readBy(groupId).catch((error: unknown) => {
      log.warn({ err: error, groupId }, 'what the consumer group of a new database has read is not known');
      return 0;
    });
    if (read === 0) return;
    metrics.count('engine_losses', { kind: 'database_new' });
    log.error({ database, groupId, read }, newDatabase(service, database, groupId, read));
  };

  const groupOf = (suffix = ''): string => `${settings.KAFKA_GROUP_PREFIX}${service}${suffix}`;

  return {
    connection,
    publisher,
    topic,
    groupOf,
    prepare,
    subscribe(handle, groupSuffix = '') {
      const groupId = groupOf(groupSuffix);
      metrics.gauge('parked_keys', () => parkedKeys.count(groupId));
      const subscriber = createSubscriber({
        ...kafka,
        topic,
        groupId,
        publisher,
        parkedKeys,
        metrics,
        isLagKnown: () => watch.unknownForMs() < LAG_UNKNOWN_AFTER_MS,
        signatures,
        handle,
        isTransient: isStoreUnavailable,
        onFatal: endProcess,
      });
      subscribers.push(subscriber);
      const ready = isNew ? reportLostDatabase(groupId) : Promise.resolve();
      ready.then(() => subscriber.start()).catch(endProcess);
      return subscriber;
    },
    readiness: () => checkDatabase(connection),
    unknownForMs() {
      const unknownMs = watch.unknownForMs();
      return unknownMs < LAG_UNKNOWN_AFTER_MS ? 0 : unknownMs;
    },
    async stopConsuming() {
      await Promise.all(subscribers.map((subscriber) => subscriber.close()));
    },
    async close() {
      rotation.stop();
      await watch.stop();
      await publisher.close();
      await connection.close();
    },
  };
}

/** Milliseconds without an answer about the topic after which it is not known how far a consumer is behind. */
const LAG_UNKNOWN_AFTER_MS = 12_000;

const newDatabase = (service: string, database: string, groupId: string, read: number): string =>
  `the database ${database} of ${service} is new, but its consumer group ${groupId} has read ${String(read)} events: MongoDB lost the database or is another server; restore its backup, or see "MongoDB lost a database" in docs/trouble.md`;

/** A bug in a handler must not leave an idle process that counts as healthy: the owner of the process ends it. */
function endProcess(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
