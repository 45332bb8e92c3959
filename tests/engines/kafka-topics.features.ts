import { CompressionTypes } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { createClient, eventually, refusalOf } from './kafka.support';
import {
  range,
  texts,
  valuesOf,
  A_LONG_TIME_MS,
  kafka,
  freshGroup,
  offsetOf,
  read,
  deleteBefore,
} from './kafka-features.support';

/** Topics, and what is written to and read from them. */
export function topicFeatures(): void {
  describe('topics', () => {
    it('are created once, listed with their partitions, and deleted', async () => {
      const topic = await kafka.freshTopic(3);
      expect(await kafka.admin.createTopics({ topics: [{ topic, numPartitions: 3 }] })).toBe(false);
      expect(await kafka.admin.listTopics()).toContain(topic);
      const { topics } = await kafka.admin.fetchTopicMetadata({ topics: [topic] });
      expect(topics[0]?.partitions.map(({ partitionId }) => partitionId).sort()).toEqual([0, 1, 2]);
      await kafka.admin.deleteTopics({ topics: [topic] });
      await eventually('the topic is gone', async () => !(await kafka.admin.listTopics()).includes(topic));
    });

    it('start empty when they are created anew, without the offsets of their groups', async () => {
      const topic = await kafka.freshTopic();
      const groupId = freshGroup();
      await kafka.send(topic, texts(3));
      await read(groupId, topic, 3);
      await kafka.admin.deleteTopics({ topics: [topic] });
      await eventually('the topic is gone', async () => !(await kafka.admin.listTopics()).includes(topic));
      await kafka.createTopic(topic);
      expect(await kafka.admin.fetchTopicOffsets(topic)).toMatchObject([{ low: '0', high: '0' }]);
      expect(await offsetOf(groupId, topic)).toBe('-1');
    });

    it.each([
      ['a name that is none', { topic: 'no name!' }, 'INVALID_TOPIC_EXCEPTION'],
      ['no partition', { topic: 'zero', numPartitions: 0 }, 'INVALID_PARTITIONS'],
      ['more replicas than brokers', { topic: 'three', replicationFactor: 3 }, 'INVALID_REPLICATION_FACTOR'],
    ])('are refused with %s', async (_what, topic, type) => {
      expect(await refusalOf(kafka.admin.createTopics({ topics: [topic] }))).toBe(type);
      expect(await kafka.admin.listTopics()).not.toContain(topic.topic);
    });

    it('that are unknown are not created by asking, sending or deleting', async () => {
      const topic = `unknown-${randomUUID()}`;
      const asked = [
        kafka.producer.send({ topic, messages: [{ value: 'lost' }] }),
        kafka.admin.deleteTopics({ topics: [topic] }),
      ];
      for (const refusal of await Promise.all(asked.map(refusalOf))) expect(refusal).toBe('UNKNOWN_TOPIC_OR_PARTITION');
      expect(await kafka.admin.listTopics()).not.toContain(topic);
    });
  });

  describe('records', () => {
    it('of one key stay in order in one partition', async () => {
      const topic = await kafka.freshTopic(4);
      const keys = range(8).map((n) => `book ${n}`);
      for (const round of range(10))
        await kafka.producer.send({ topic, messages: keys.map((key) => ({ key, value: String(round) })) });
      const member = await kafka.join({ groupId: freshGroup(), topic });
      await eventually('everything has arrived', () => member.received.length >= 80);
      for (const key of keys) {
        const ofKey = member.received.filter((one) => one.key === key);
        expect(ofKey.map(({ value }) => value)).toEqual(range(10).map(String));
        expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1);
      }
    });

    it('get one offset each, without a gap, when many producers send at once', async () => {
      const topic = await kafka.freshTopic();
      const producers = range(5).map(() => createClient(kafka.brokers).producer());
      await Promise.all(producers.map((producer) => producer.connect()));
      const answers = await Promise.all(
        producers.flatMap((producer) =>
          range(20).map((n) => producer.send({ topic, messages: [{ value: `${n}a` }, { value: `${n}b` }] })),
        ),
      );
      await Promise.all(producers.map((producer) => producer.disconnect()));
      const bases = answers.map(([answer]) => Number(answer?.baseOffset)).sort((a, b) => a - b);
      expect(bases).toEqual(range(100).map((n) => n * 2));
      expect(await kafka.admin.fetchTopicOffsets(topic)).toMatchObject([{ low: '0', high: '200' }]);
    });

    it('keep their key, value, headers and time byte by byte, also when they are missing or compressed', async () => {
      const topic = await kafka.freshTopic();
      const binary = Buffer.from([0, 255, 128, 10]);
      const time = Date.UTC(2026, 1, 28, 23, 59, 59, 999);
      await kafka.producer.send({
        topic,
        messages: [
          { key: binary, value: binary, headers: { traceparent: 'ütf-8', bytes: binary }, timestamp: String(time) },
          { key: null, value: 'no key' },
          { key: 'tombstone', value: null },
          { key: '', value: '' },
        ],
      });
      const long = 'long '.repeat(50_000);
      await kafka.producer.send({ topic, compression: CompressionTypes.GZIP, messages: [{ value: long }] });
      const member = await kafka.join({ groupId: freshGroup(), topic });
      await eventually('everything has arrived', () => member.received.length >= 5);
      const [full, keyless, tombstone, empty, compressed] = member.received.map(({ message }) => message);
      expect(full).toMatchObject({ key: binary, value: binary, timestamp: String(time) });
      expect(full?.headers).toEqual({ traceparent: Buffer.from('ütf-8'), bytes: binary });
      expect(keyless?.key).toBeNull();
      expect(tombstone?.value).toBeNull();
      expect(empty).toMatchObject({ key: Buffer.alloc(0), value: Buffer.alloc(0) });
      expect(compressed?.value?.toString()).toBe(long);
    });

    it.each([-1, 1, 0])('arrive with acks %i', async (acks) => {
      const topic = await kafka.freshTopic();
      await kafka.producer.send({ topic, acks, messages: [{ value: 'here' }] });
      const member = await kafka.join({ groupId: freshGroup(), topic });
      await eventually('it has arrived', () => member.received.length === 1);
    });

    it('larger than a megabyte are refused, and those that are smaller arrive whatever a fetch may hold', async () => {
      const topic = await kafka.freshTopic();
      const sendOf = (bytes: number) => kafka.producer.send({ topic, messages: [{ value: Buffer.alloc(bytes, 'x') }] });
      expect(await refusalOf(sendOf(1_100_000))).toBe('MESSAGE_TOO_LARGE');
      for (const _one of range(5)) await sendOf(1_000_000);
      const config = { maxBytesPerPartition: 1_000, maxBytes: 1_000 };
      const member = await kafka.join({ groupId: freshGroup(), topic, config });
      await eventually('everything has arrived', () => member.received.length >= 5);
      expect(member.received.map(({ message }) => message.value?.length)).toEqual(Array(5).fill(1_000_000));
    });

    it('are found by the time they were written', async () => {
      const topic = await kafka.freshTopic();
      for (const timestamp of ['1000', '2000', '3000'])
        await kafka.producer.send({ topic, messages: [{ value: 'x', timestamp }] });
      const since = async (time: number) => kafka.admin.fetchTopicOffsetsByTimestamp(topic, time);
      expect(await since(1_500)).toMatchObject([{ partition: 0, offset: '1' }]);
      expect(await since(3_000)).toMatchObject([{ partition: 0, offset: '2' }]);
      expect(await since(3_001)).toMatchObject([{ partition: 0, offset: '3' }]);
    });

    it('wake a reader that waits for them before it would ask again', async () => {
      const topic = await kafka.freshTopic();
      const config = { maxWaitTimeInMs: A_LONG_TIME_MS };
      const member = await kafka.join({ groupId: freshGroup(), topic, config });
      await eventually('it waits', () => member.told('consumer.fetch_start') > 0);
      await kafka.send(topic, ['wake']);
      await eventually('it has arrived', () => member.received.length === 1);
      // kafkajs leaves only when its last fetch is answered.
      await Promise.all([member.leave(), kafka.send(topic, ['leave'])]);
    });
  });

  describe('records that were deleted', () => {
    it('move the beginning, and a group that had not read them goes on at the new one', async () => {
      const topic = await kafka.freshTopic();
      const groupId = freshGroup();
      await kafka.send(topic, texts(2));
      await read(groupId, topic, 2);
      await kafka.send(topic, texts(8, 2));
      await deleteBefore(topic, '5');
      expect(await kafka.admin.fetchTopicOffsets(topic)).toMatchObject([{ low: '5', high: '10' }]);
      const member = await kafka.join({ groupId, topic });
      await eventually('the rest has arrived', () => member.received.length >= 5);
      expect(valuesOf(member)).toEqual(texts(5, 5));
    });

    it('free no offset: what is sent later comes after them', async () => {
      const topic = await kafka.freshTopic();
      await kafka.send(topic, texts(3));
      await deleteBefore(topic, '-1');
      expect(await kafka.admin.fetchTopicOffsets(topic)).toMatchObject([{ low: '3', high: '3' }]);
      const [answer] = await kafka.producer.send({ topic, messages: [{ value: 'next' }] });
      expect(answer?.baseOffset).toBe('3');
    });

    it('cannot be those that were never written', async () => {
      const topic = await kafka.freshTopic();
      await kafka.send(topic, texts(3));
      expect(await refusalOf(deleteBefore(topic, '4'))).toBe('OFFSET_OUT_OF_RANGE');
      expect(await kafka.admin.fetchTopicOffsets(topic)).toMatchObject([{ low: '0', high: '3' }]);
    });
  });
}
