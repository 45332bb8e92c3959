import { createAdminConnection, type TopicOffsets } from './admin-connection';
import { createKafkaClient, type KafkaSettings } from './kafka-client';

/** The offset after the last message of each partition, by its number. */
export type TopicEnds = readonly number[];

export interface TopicReader {
  /** The ends of the topic, or undefined when the broker does not have it. Throws when no broker answers. */
  ends(): Promise<TopicEnds | undefined>;
  /** How many messages of the topic a consumer group has read, by its committed offsets; 0 for a group that never read. */
  readBy(groupId: string): Promise<number>;
  /** The committed offsets of a consumer group, by partition; 0 where it has none. */
  committedBy(groupId: string): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** Reads how far a topic goes, over one connection, which is made again after a failure. */
export function createTopicReader(settings: KafkaSettings & { readonly topic: string }): TopicReader {
  const { topic } = settings;
  const admin = createAdminConnection(() => createKafkaClient(settings, { retries: 0 }).admin());
  const committedBy = (groupId: string): Promise<readonly number[]> =>
    admin.use(async (connected) => {
      // kafkajs finds the coordinator of a group only once it knows the brokers.
      await connected.fetchTopicOffsets(topic);
      const groups = await connected.fetchOffsets({ groupId, topics: [topic] });
      const committed: number[] = [];
      for (const { partition, offset } of groups.flatMap(({ partitions }) => partitions))
        committed[partition] = Math.max(0, Number(offset));
      return committed;
    });
  return {
    ends: () =>
      admin.use(async (connected) => {
        const topics = await connected.listTopics();
        if (!topics.includes(topic)) return undefined;
        return topicEndsOf(await connected.fetchTopicOffsets(topic));
      }),
    readBy: async (groupId) => (await committedBy(groupId)).reduce((sum, offset) => sum + offset, 0),
    committedBy,
    close: admin.close,
  };
}

/** Of offsets as kafkajs lists them, those of `high`. */
export function topicEndsOf(offsets: TopicOffsets): TopicEnds {
  const ends: number[] = [];
  for (const { partition, high } of offsets) ends[partition] = Number(high);
  return ends;
}
