import { KafkaJSAggregateError, KafkaJSProtocolError } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';
import { createKafkaClient, type KafkaSettings } from './kafka-client';
import { deadLetterTopicOf } from './topic-names';
import { createWaitReport } from './wait-report';

export interface TopicSettings {
  /** The main topic; its dead letters go to `{topic}.dlq`. */
  readonly topic: string;
  /** Fixed for ever: growing it would remap keys to other partitions and break their order. */
  readonly partitions: number;
  readonly replication: number;
}

/** How long an event may be needed: by a consumer that was stopped, or to be read again. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1_000;
/** A dead letter waits until an operator decides about it: its key is free only when all of them can be read. */
const KEPT_FOR_EVER = -1;

/** No broker answered within the deadline. */
export class KafkaUnreachable extends Error {
  override readonly name = 'KafkaUnreachable';

  constructor({ brokers }: Pick<KafkaSettings, 'brokers'>, cause: unknown) {
    super(`Kafka at ${brokers.join(', ')} ${reasonIn(cause)}`, { cause });
  }
}

/** The part of the sentence with the remedy, from the error of kafkajs or from its cause. */
function reasonIn(error: unknown): string {
  if (!(error instanceof Error)) return 'cannot be reached; start it or correct KAFKA_BROKERS.';
  if (isUnauthorized(error))
    return 'gives no right to its topics; correct KAFKA_SASL_USERNAME, or give that user the ACLs that docs/deploy.md lists.';
  if (error.name === 'KafkaJSSASLAuthenticationError')
    return 'refuses the credentials; correct KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and its password, or the token.';
  if (/certificate|SSL|TLS|handshake/i.test(error.message))
    return `does not agree on TLS (${error.message}); correct KAFKA_SSL_CA_FILE, KAFKA_SSL_CERT_FILE or KAFKA_SSL_SERVER_NAME.`;
  return reasonIn(error.cause);
}

/** A topic that is refused comes as one of several errors. */
const isUnauthorized = (error: Error): boolean =>
  (error instanceof KafkaJSProtocolError && error.type === 'TOPIC_AUTHORIZATION_FAILED') ||
  (error instanceof KafkaJSAggregateError && error.errors.some((one) => one instanceof Error && isUnauthorized(one)));

/**
 * Creates the topic and its dead-letter topic where they are missing, and returns once both can be written to. What is
 * acknowledged is then with a majority of the replicas. Topics that are there already keep their settings. A long wait is logged.
 * Throws {@link KafkaUnreachable} when no broker answers within `deadlineMs`.
 */
export async function ensureTopics(settings: KafkaSettings & TopicSettings, deadlineMs: number): Promise<void> {
  const giveUpAt = Date.now() + deadlineMs;
  const report = createWaitReport(settings.log);
  for (;;) {
    try {
      await createMissingTopics(settings);
      return;
    } catch (error) {
      const unreachable = new KafkaUnreachable(settings, error);
      if (Date.now() > giveUpAt) throw unreachable;
      settings.log.debug({ err: error }, 'waiting for Kafka');
      report(unreachable.message);
      await delay(100);
    }
  }
}

/** Throws while a partition of the two has no leader that the broker knows. */
async function createMissingTopics(settings: KafkaSettings & TopicSettings): Promise<void> {
  const admin = createKafkaClient(settings, { retries: 0 }).admin();
  try {
    await admin.connect();
    const kept = { [settings.topic]: KEPT_MS, [deadLetterTopicOf(settings.topic)]: KEPT_FOR_EVER };
    const wanted = Object.keys(kept);
    const present = await admin.listTopics();
    const missing = wanted.filter((topic) => !present.includes(topic));
    if (missing.length > 0)
      await admin.createTopics({
        topics: missing.map((topic) => ({
          topic,
          numPartitions: settings.partitions,
          replicationFactor: settings.replication,
          configEntries: [
            { name: 'retention.ms', value: String(kept[topic]) },
            { name: 'min.insync.replicas', value: String(Math.floor(settings.replication / 2) + 1) },
          ],
        })),
        waitForLeaders: false,
      });
    const { topics } = await admin.fetchTopicMetadata({ topics: wanted });
    const waiting = topics.filter(({ partitions }) => partitions.some(({ leader }) => leader < 0));
    if (waiting.length > 0) throw new Error(`Without a leader: ${waiting.map(({ name }) => name).join(', ')}.`);
  } finally {
    await admin.disconnect();
  }
}
