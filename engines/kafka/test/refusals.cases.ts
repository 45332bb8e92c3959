import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ConfigResourceTypes,
  ResourcePatternTypes,
} from 'kafkajs';
import { errorCode } from '../src/protocol/error-codes';
import { Writer } from '../src/protocol/writer';
import {
  ask,
  batchOf,
  commit,
  dial,
  frame,
  produceOf,
  startBroker,
  type ProduceFields,
  type RunningBroker,
} from './support';

let running: RunningBroker;
let port: number;
beforeAll(async () => {
  running = await startBroker();
  ({ port } = running.broker);
});
afterAll(() => running.stop());

const endOf = async (topic: string): Promise<string | undefined> =>
  (await running.admin.fetchTopicOffsets(topic))[0]?.high;

/** The error and the offset that a produce request of one batch is answered with. */
async function produced(batch: Buffer, fields: ProduceFields): Promise<{ error: number; offset: number } | undefined> {
  const answer = await ask(port, produceOf(batch, fields));
  return answer?.array(() => {
    answer.string();
    return answer.array(() => {
      answer.int32();
      const result = { error: answer.int16(), offset: answer.int64() };
      answer.int64();
      return result;
    })[0];
  })[0];
}

const ANY_RIGHT = {
  resourceType: AclResourceTypes.ANY,
  resourcePatternType: ResourcePatternTypes.ANY,
  operation: AclOperationTypes.ANY,
  permissionType: AclPermissionTypes.ANY,
};

/** The least that kafkajs allows such a producer. */
const ONCE_MORE = { retries: 1 };

describe('a promise that the broker does not keep', () => {
  it.each([
    ['an idempotent producer', { idempotent: true, retry: ONCE_MORE }],
    ['a transaction', { transactionalId: 'tx', maxInFlightRequests: 1, idempotent: true, retry: ONCE_MORE }],
  ])('is not made to %s', async (_what, config) => {
    const topic = await running.freshTopic();
    const producer = running.kafka.producer(config);
    const sending = async (): Promise<unknown> => {
      await producer.connect();
      const target = 'transactionalId' in config ? await producer.transaction() : producer;
      return target.send({ topic, messages: [{ value: 'lost' }] });
    };
    await expect(sending()).rejects.toMatchObject({ apiName: 'InitProducerId' });
    await producer.disconnect();
    expect(await endOf(topic)).toBe('0');
  });

  it.each([
    [
      'more partitions',
      () => running.admin.createPartitions({ topicPartitions: [{ topic: 'test1', count: 9 }] }),
      'CreatePartitions',
    ],
    [
      'the settings of a topic',
      () =>
        running.admin.describeConfigs({
          resources: [{ type: ConfigResourceTypes.TOPIC, name: 'test1' }],
          includeSynonyms: false,
        }),
      'DescribeConfigs',
    ],
    ['the rights of a user', () => running.admin.describeAcls(ANY_RIGHT), 'DescribeAcls'],
  ])('is not made to who asks for %s', async (_what, asking, apiName) => {
    await expect(asking()).rejects.toMatchObject({ apiName });
  });

  it.each([
    ['a setting', { configEntries: [{ name: 'cleanup.policy', value: 'compact' }] }, 'INVALID_CONFIG'],
    ['replicas in sync', { configEntries: [{ name: 'min.insync.replicas', value: '2' }] }, 'INVALID_CONFIG'],
    ['a place for replicas', { replicaAssignment: [{ partition: 0, replicas: [1] }] }, 'INVALID_REPLICA_ASSIGNMENT'],
  ])('is not made to a new topic with %s', async (_what, more, type) => {
    const creating = running.admin.createTopics({ topics: [{ topic: 'promised', ...more }] });
    await expect(creating).rejects.toMatchObject({ errors: [{ type }] });
    expect(await running.admin.listTopics()).not.toContain('promised');
  });
});

describe('a batch', () => {
  const broken = batchOf();
  broken.writeUInt8(1, 65);

  it.each([
    ['of an idempotent producer', batchOf({ producerId: 5n }), {}, errorCode.INVALID_REQUEST],
    ['of a transaction', batchOf({ attributes: 0x10 }), {}, errorCode.INVALID_REQUEST],
    ['of control records', batchOf({ attributes: 0x20 }), {}, errorCode.INVALID_REQUEST],
    ['in a transactional request', batchOf(), { transactionalId: 'tx' }, errorCode.INVALID_REQUEST],
    ['of an old format', batchOf({ magic: 1 }), {}, errorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT],
    ['with an unknown compression', batchOf({ attributes: 5 }), {}, errorCode.UNSUPPORTED_COMPRESSION_TYPE],
    ['whose checksum is another', broken, {}, errorCode.CORRUPT_MESSAGE],
    ['whose records are fewer than it says', batchOf({ count: 2 }), {}, errorCode.CORRUPT_MESSAGE],
    ['that is cut off', batchOf().subarray(0, 40), {}, errorCode.CORRUPT_MESSAGE],
    ['of nothing', Buffer.alloc(0), {}, errorCode.CORRUPT_MESSAGE],
    ['for two acknowledgements', batchOf(), { acks: 2 }, errorCode.INVALID_REQUIRED_ACKS],
    ['for a partition below the first', batchOf(), { partition: -1 }, errorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ['for a partition beyond the last', batchOf(), { partition: 1 }, errorCode.UNKNOWN_TOPIC_OR_PARTITION],
  ])('%s is refused by name, and nothing of it is kept', async (_what, batch, fields, error) => {
    const topic = await running.freshTopic();
    expect(await produced(batch, { topic, ...fields })).toEqual({ error, offset: -1 });
    expect(await endOf(topic)).toBe('0');
    expect(await produced(batchOf(), { topic })).toEqual({ error: errorCode.NONE, offset: 0 });
  });

  it('that wants no answer and is refused ends its connection', async () => {
    const topic = await running.freshTopic();
    expect(await produced(batchOf({ magic: 1 }), { topic, acks: 0 })).toBeUndefined();
    expect(running.warnings.at(-1)).toContain(`error ${errorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT}`);
    expect(await endOf(topic)).toBe('0');
  });
});

describe('an offset', () => {
  it.each([-1, 1])('of partition %i is not committed where there is one partition', async (partition) => {
    const topic = await running.freshTopic();
    const error = await commit(port, 'g', { topic, partition, offset: 3 });
    expect(error).toBe(errorCode.UNKNOWN_TOPIC_OR_PARTITION);
    expect((await running.admin.listGroups()).groups.map(({ groupId }) => groupId)).not.toContain('g');
  });
});

describe('an API', () => {
  it.each([
    ['an unknown number', 4711, 0],
    ['a version that is too new', 0, 9],
    ['a version that is too old', 0, 0],
    ['no producer ids', 22, 0],
  ])('of %s ends the connection, and the log names it', async (_what, key, version) => {
    expect(await ask(port, frame(key, version, new Writer()))).toBeUndefined();
    expect(running.warnings.at(-1)).toContain(`API ${key} version ${version} is not supported`);
  });

  it('list in a version that is too new is answered with the versions that are spoken', async () => {
    const answer = await ask(port, frame(18, 4, new Writer()));
    expect(answer?.int16()).toBe(errorCode.UNSUPPORTED_VERSION);
    const keys = answer?.array(() => [answer.int16(), answer.int16(), answer.int16()][0]);
    expect(keys).toEqual(expect.arrayContaining([0, 1, 3, 18]));
    expect(keys).not.toContain(22);
  });
});

describe('a client that does not speak the protocol', () => {
  const metadata = 3;
  const cutOff = new Writer().int32(1).int16(200);

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['a negative length', frame(metadata, 1, new Writer().int32(-1), -5)],
    ['a length of two gigabytes', frame(metadata, 1, new Writer().int32(-1), 0x7fffffff)],
    ['a request of nothing', Buffer.alloc(64)],
    ['a text that is longer than its request', frame(metadata, 1, cutOff)],
    ['a list that is longer than its request', frame(metadata, 1, new Writer().int32(2_000_000_000))],
    ['a text that is missing', frame(metadata, 1, new Writer().int32(1).int16(-1))],
  ])('is hung up on after %s, with one line in the log, and other clients are not affected', async (_what, bytes) => {
    const before = running.warnings.length;
    expect(await ask(port, bytes)).toBeUndefined();
    expect(running.warnings.slice(before)).toEqual([
      expect.stringMatching(/^closed the connection of 127\.0\.0\.1:\d+: [^\n]+$/),
    ]);
    const topic = await running.freshTopic();
    await running.producer.send({ topic, messages: [{ value: 'here' }] });
    expect(await endOf(topic)).toBe('1');
  });

  it('is answered when it does, and its request comes byte by byte', async () => {
    const socket = await dial(port);
    socket.setNoDelay(true);
    const answered = new Promise<Buffer>((resolve) => socket.once('data', resolve));
    for (const byte of frame(metadata, 1, new Writer().int32(-1))) socket.write(Buffer.from([byte]));
    expect((await answered).readInt32BE(4)).toBe(7);
    socket.destroy();
  });
});
