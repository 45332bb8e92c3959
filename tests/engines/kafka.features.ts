import { AssignerProtocol, CompressionTypes } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import {
  createClient,
  eventually,
  openKafka,
  refusalOf,
  severableWay,
  type KafkaUnderTest,
  type Member,
} from './kafka.support';

export interface KafkaEngine {
  /** As in KAFKA_BROKERS. */
  readonly brokers: string;
  close(): Promise<void>;
}

const range = (length: number): number[] => [...Array(length).keys()];
const texts = (length: number, from = 0): string[] => range(length).map((n) => `text ${n + from}`);
const valuesOf = ({ received }: Pick<Member, 'received'>): (string | undefined)[] => received.map(({ value }) => value);

/** What every Kafka that this system runs on has to do, asked by unmodified kafkajs. */
/** Longer than any test lasts. */
const A_LONG_TIME_MS = 10 * 60 * 1_000;

export function kafkaFeatures(name: string, engine: () => Promise<KafkaEngine>): void {
  describe(`Kafka features on ${name}`, () => {
    let running: KafkaEngine;
    let kafka: KafkaUnderTest;

    beforeAll(async () => {
      running = await engine();
    });
    afterAll(() => running.close());
    beforeEach(async () => {
      kafka = await openKafka(running.brokers.split(','));
    });
    afterEach(() => kafka.close());

    const freshGroup = (): string => `group-${randomUUID()}`;
    const offsetOf = async (groupId: string, topic: string, partition = 0): Promise<string | undefined> => {
      const [found] = await kafka.admin.fetchOffsets({ groupId, topics: [topic] });
      return found?.partitions.find((one) => one.partition === partition)?.offset;
    };
    const stateOf = async (groupId: string): Promise<string | undefined> =>
      (await kafka.admin.describeGroups([groupId])).groups[0]?.state;

    /** Has a member read so many records, and leave. */
    const read = async (groupId: string, topic: string, records: number): Promise<void> => {
      const member = await kafka.join({ groupId, topic });
      await eventually('everything has arrived', () => member.received.length >= records);
      await member.leave();
    };

    const deleteBefore = async (topic: string, offset: string): Promise<void> => {
      // kafkajs deletes only where it has already looked up the leaders.
      await kafka.admin.fetchTopicOffsets(topic);
      await kafka.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset }] });
    };

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
        for (const refusal of await Promise.all(asked.map(refusalOf)))
          expect(refusal).toBe('UNKNOWN_TOPIC_OR_PARTITION');
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
        const sendOf = (bytes: number) =>
          kafka.producer.send({ topic, messages: [{ value: Buffer.alloc(bytes, 'x') }] });
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

    describe('a consumer', () => {
      it('reads what was there before it where it asks for the beginning', async () => {
        const topic = await kafka.freshTopic();
        await kafka.send(topic, texts(3));
        const member = await kafka.join({ groupId: freshGroup(), topic });
        await eventually('everything has arrived', () => member.received.length >= 3);
        expect(valuesOf(member)).toEqual(texts(3));
      });

      it('reads only what comes after it where it does not', async () => {
        const topic = await kafka.freshTopic();
        await kafka.send(topic, texts(3));
        const member = await kafka.join({ groupId: freshGroup(), topic, fromBeginning: false });
        // The offset that "latest" stands for is asked for by the first fetch.
        await eventually('it has read', () => member.told('consumer.fetch') > 0);
        await kafka.send(topic, ['later']);
        await eventually('it has arrived', () => member.received.length > 0);
        expect(valuesOf(member)).toEqual(['later']);
      });

      it('reads again from where it seeks to', async () => {
        const topic = await kafka.freshTopic();
        await kafka.send(topic, texts(5));
        const member = await kafka.join({ groupId: freshGroup(), topic });
        await eventually('everything has arrived', () => member.received.length >= 5);
        member.consumer.seek({ topic, partition: 0, offset: '3' });
        await eventually('the end has arrived again', () => member.received.length >= 7);
        expect(valuesOf(member)).toEqual([...texts(5), ...texts(2, 3)]);
      });

      it('goes on where its group stopped', async () => {
        const topic = await kafka.freshTopic();
        const groupId = freshGroup();
        await kafka.send(topic, texts(3));
        await read(groupId, topic, 3);
        expect(await offsetOf(groupId, topic)).toBe('3');
        await kafka.send(topic, texts(2, 3));
        const second = await kafka.join({ groupId, topic });
        await eventually('the rest has arrived', () => second.received.length >= 2);
        expect(valuesOf(second)).toEqual(texts(2, 3));
      });

      it('gets the records of a failed handler again, in order', async () => {
        const topic = await kafka.freshTopic();
        await kafka.send(topic, texts(4));
        let failures = 0;
        const handle = ({ offset }: { offset: number }): Promise<void> => {
          if (offset !== 2 || failures === 2) return Promise.resolve();
          failures += 1;
          return Promise.reject(new Error('not yet'));
        };
        const member = await kafka.join({ groupId: freshGroup(), topic, handle });
        await eventually('everything has arrived', () => valuesOf(member).includes('text 3'));
        expect(failures).toBe(2);
        expect(valuesOf(member)).toEqual(texts(4));
      });
    });

    describe('a group of two', () => {
      const both = async (topic: string, groupId = freshGroup()): Promise<[Member, Member]> => {
        const one = await kafka.join({ groupId, topic });
        const other = await kafka.join({ groupId, topic });
        await eventually(
          'both have their share',
          () => one.partitions().length + other.partitions().length === 4 && one.partitions().length === 2,
        );
        return [one, other];
      };
      const sendToAll = async (topic: string, values: readonly string[]): Promise<void> => {
        for (const partition of range(4)) await kafka.send(topic, values, partition);
      };

      it('shares the partitions, and gives every record to one of them', async () => {
        const topic = await kafka.freshTopic(4);
        const [one, other] = await both(topic);
        expect([...one.partitions(), ...other.partitions()].sort()).toEqual([0, 1, 2, 3]);
        await sendToAll(topic, texts(25));
        await eventually('everything has arrived', () => one.received.length + other.received.length >= 100);
        const seen = [one, other].flatMap(({ received }) => received.map((at) => `${at.partition}/${at.offset}`));
        expect(new Set(seen).size).toBe(100);
        expect(seen).toHaveLength(100);
        for (const member of [one, other])
          expect(new Set(member.received.map(({ partition }) => partition))).toEqual(new Set(member.partitions()));
      });

      it('gives everything to the one that stays when the other leaves', async () => {
        const topic = await kafka.freshTopic(4);
        const [one, other] = await both(topic);
        await other.leave();
        await eventually('the one has all partitions', () => one.partitions().length === 4);
        await sendToAll(topic, texts(3));
        await eventually('everything has arrived', () => one.received.length >= 12);
        expect(other.received).toEqual([]);
      });

      it('gives everything to the other when one is cut off without a word', async () => {
        const topic = await kafka.freshTopic(4);
        const groupId = freshGroup();
        const way = severableWay();
        const one = await kafka.join({
          groupId,
          topic,
          kafka: createClient(kafka.brokers, way.socketFactory),
          config: { retry: { retries: 0, restartOnFailure: () => Promise.resolve(false) } },
        });
        const other = await kafka.join({ groupId, topic });
        await eventually('the other has its share', () => other.partitions().length === 2);
        way.sever();
        await sendToAll(topic, texts(3));
        await eventually('the other has all partitions', () => other.partitions().length === 4);
        await eventually('everything has arrived', () => other.received.length >= 12);
        expect(one.received).toEqual([]);
      });

      it('gives the work of a stuck member to the other, whose progress its late return does not undo', async () => {
        const topic = await kafka.freshTopic();
        const groupId = freshGroup();
        await kafka.send(topic, texts(3));
        let release = (): void => undefined;
        const released = new Promise<void>((resolve) => (release = resolve));
        let isStuck = false;
        // For so long the group waits for the stuck member when the other one comes.
        const config = { rebalanceTimeout: 1_000 };
        const stuck = await kafka.join({
          groupId,
          topic,
          config,
          handle: () => {
            isStuck = true;
            return released;
          },
        });
        await eventually('the first one works', () => isStuck);
        const other = await kafka.join({ groupId, topic, config });
        await eventually('the other has done the work', () => other.received.length >= 3);
        await eventually('it is committed', async () => (await offsetOf(groupId, topic)) === '3');
        release();
        await eventually('the stuck one is back', () => stuck.told('consumer.group_join') === 2);
        expect(await offsetOf(groupId, topic)).toBe('3');
        expect(valuesOf(other)).toEqual(texts(3));
      });

      it('lets a member that is paused keep its partitions, and go on where it stopped', async () => {
        const topic = await kafka.freshTopic(4);
        const [one, other] = await both(topic);
        one.consumer.pause([{ topic }]);
        const beats = one.told('consumer.heartbeat');
        await sendToAll(topic, texts(5));
        await eventually('the other has its records', () => other.received.length >= 10);
        await eventually('the paused one is still a member', () => one.told('consumer.heartbeat') >= beats + 3);
        expect(one.received).toEqual([]);
        expect(other.partitions()).toHaveLength(2);
        one.consumer.resume([{ topic }]);
        await eventually('the one has its records too', () => one.received.length >= 10);
        for (const partition of one.partitions())
          expect(valuesOf({ received: one.received.filter((at) => at.partition === partition) })).toEqual(texts(5));
      });
    });

    describe('the administration of groups', () => {
      it('lists and describes a group with its members and their partitions', async () => {
        const topic = await kafka.freshTopic(2);
        const groupId = freshGroup();
        await kafka.join({ groupId, topic });
        await eventually('the group is stable', async () => (await stateOf(groupId)) === 'Stable');
        const { groups } = await kafka.admin.listGroups();
        expect(groups).toContainEqual({ groupId, protocolType: 'consumer' });
        const [described] = (await kafka.admin.describeGroups([groupId])).groups;
        expect(described).toMatchObject({ protocolType: 'consumer', protocol: 'RoundRobinAssigner' });
        const [member] = described?.members ?? [];
        expect(member).toMatchObject({ clientId: 'features' });
        const assignment = member && AssignerProtocol.MemberAssignment.decode(member.memberAssignment);
        expect(assignment?.assignment[topic]?.sort()).toEqual([0, 1]);
      });

      it('reports an unknown group as dead', async () => {
        expect(await stateOf(freshGroup())).toBe('Dead');
      });

      it('sets the offsets of a group without members', async () => {
        const topic = await kafka.freshTopic();
        const groupId = freshGroup();
        await kafka.send(topic, texts(5));
        await kafka.admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '2' }] });
        expect(await offsetOf(groupId, topic)).toBe('2');
        const member = await kafka.join({ groupId, topic });
        await eventually('the rest has arrived', () => member.received.length >= 3);
        expect(valuesOf(member)).toEqual(texts(3, 2));
      });

      it('deletes a group with its offsets when it has no members', async () => {
        const topic = await kafka.freshTopic();
        const groupId = freshGroup();
        await kafka.send(topic, texts(1));
        const member = await kafka.join({ groupId, topic });
        await eventually('it has arrived', () => member.received.length === 1);
        expect(await refusalOf(kafka.admin.deleteGroups([groupId]))).toBe('NON_EMPTY_GROUP');
        await member.leave();
        await eventually('the group is empty', async () => (await stateOf(groupId)) === 'Empty');
        await kafka.admin.deleteGroups([groupId]);
        expect((await kafka.admin.listGroups()).groups.map((group) => group.groupId)).not.toContain(groupId);
        expect(await offsetOf(groupId, topic)).toBe('-1');
        expect(await refusalOf(kafka.admin.deleteGroups([groupId]))).toBe('GROUP_ID_NOT_FOUND');
      });
    });
  });
}
