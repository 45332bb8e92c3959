import { retry } from '@rentalbook/timing';
import { createKafkaClient, type KafkaSettings } from './kafka-client';
import { deadLetterTopicOf } from './topic-names';
import { KafkaUnreachable } from './unreachable';
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
const TRY_AGAIN_AFTER_MS = 100;

/**
 * Creates the topic and its dead-letter topic where they are missing, and returns once both can be written to. What is
 * acknowledged is then with a majority of the replicas. Topics that are there already keep their settings. A long wait is logged.
 * Throws {@link KafkaUnreachable} when no broker answers within `deadlineMs`.
 */
export async function ensureTopics(settings: KafkaSettings & TopicSettings, deadlineMs: number): Promise<void> {
  const create = (): Promise<void> =>
    createMissingTopics(settings).catch((error: unknown) => {
      throw new KafkaUnreachable(settings, error);
    });
  await retry(create, {
    backOff: TRY_AGAIN_AFTER_MS,
    withinMs: deadlineMs,
    onRetry: createWaitReport(settings.log, 'Kafka'),
  });
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
