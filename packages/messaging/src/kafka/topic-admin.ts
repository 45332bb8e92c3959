import { until } from '@rentalbook/timing';
import { createAdminConnection } from './admin-connection';
import { createKafkaClient, type KafkaSettings } from './kafka-client';
import { deadLetterTopicOf } from './topic-names';

const GONE_WITHIN_MS = 30_000;
const POLL_EVERY_MS = 100;

/** What belongs to one topic: itself, its dead letters, and the groups that consume it. */
export interface TopicWithGroups {
  readonly topic: string;
  /** Whether a consumer group is of a service. */
  readonly isOurs: (groupId: string) => boolean;
}

/** The topics and groups of a system, for commands that run while its services do not. */
export async function withTopicAdmin<Result>(
  settings: KafkaSettings,
  { topic, isOurs }: TopicWithGroups,
  work: (admin: {
    /** The groups that have members. */
    readonly busyGroups: () => Promise<readonly string[]>;
    /** How many records the topic has. */
    readonly records: () => Promise<number>;
    /** Deletes both topics and the groups; the first service to start creates the topics again. */
    readonly remove: () => Promise<void>;
  }) => Promise<Result>,
): Promise<Result> {
  const admin = createAdminConnection(() => createKafkaClient(settings, { retries: 3 }).admin());
  await admin.open();
  const topics = async (): Promise<string[]> => {
    const known = await admin.use((connected) => connected.listTopics());
    return [topic, deadLetterTopicOf(topic)].filter((name) => known.includes(name));
  };
  const groups = async (): Promise<string[]> =>
    (await admin.use((connected) => connected.listGroups())).groups.map(({ groupId }) => groupId).filter(isOurs);
  try {
    return await work({
      async busyGroups() {
        const ours = await groups();
        if (ours.length === 0) return [];
        const described = await admin.use((connected) => connected.describeGroups(ours));
        return described.groups.filter(({ members }) => members.length > 0).map(({ groupId }) => groupId);
      },
      async records() {
        if (!(await topics()).includes(topic)) return 0;
        const ends = await admin.topicOffsets(topic);
        return ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
      },
      async remove() {
        const there = await topics();
        if (there.length > 0) await admin.use((connected) => connected.deleteTopics({ topics: there }));
        const ours = await groups();
        if (ours.length > 0) await admin.use((connected) => connected.deleteGroups(ours));
        const isGone = async () => (await topics()).length === 0 || undefined;
        if (!(await until(isGone, { every: POLL_EVERY_MS, withinMs: GONE_WITHIN_MS })))
          throw new Error(`Kafka still has the topic ${topic}`);
      },
    });
  } finally {
    await admin.close();
  }
}
