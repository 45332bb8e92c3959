import { randomUUID } from 'node:crypto';
import { eventually, openKafka, type KafkaUnderTest, type Member } from './kafka.support';

export interface KafkaEngine {
  /** As in KAFKA_BROKERS. */
  readonly brokers: string;
  close(): Promise<void>;
}

export const range = (length: number): number[] => [...Array(length).keys()];
export const texts = (length: number, from = 0): string[] => range(length).map((n) => `text ${n + from}`);
export const valuesOf = ({ received }: Pick<Member, 'received'>): (string | undefined)[] =>
  received.map(({ value }) => value);

/** Longer than any test lasts. */
export const A_LONG_TIME_MS = 10 * 60 * 1_000;

export let running: KafkaEngine;
export let kafka: KafkaUnderTest;

export const freshGroup = (): string => `group-${randomUUID()}`;
export const offsetOf = async (groupId: string, topic: string, partition = 0): Promise<string | undefined> => {
  const [found] = await kafka.admin.fetchOffsets({ groupId, topics: [topic] });
  return found?.partitions.find((one) => one.partition === partition)?.offset;
};
export const stateOf = async (groupId: string): Promise<string | undefined> =>
  (await kafka.admin.describeGroups([groupId])).groups[0]?.state;

/** Has a member read so many records, and leave. */
export const read = async (groupId: string, topic: string, records: number): Promise<void> => {
  const member = await kafka.join({ groupId, topic });
  await eventually('everything has arrived', () => member.received.length >= records);
  await member.leave();
};

export const deleteBefore = async (topic: string, offset: string): Promise<void> => {
  // kafkajs deletes only where it has already looked up the leaders.
  await kafka.admin.fetchTopicOffsets(topic);
  await kafka.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset }] });
};

/** Registers the hooks: what is above is of the engine that this starts. */
export function useKafka(engine: () => Promise<KafkaEngine>): void {
  beforeAll(async () => {
    running = await engine();
  });

  afterAll(() => running.close());

  beforeEach(async () => {
    kafka = await openKafka(running.brokers.split(','));
  });

  afterEach(() => kafka.close());
}
