import { Kafka, KafkaJSProtocolError, logLevel, Partitioners, type SASLOptions } from 'kafkajs';
import { startEmbeddedKafka, type EmbeddedKafka, type KafkaUser, type Right } from '../src/index';
import { errorCode } from '../src/protocol/error-codes';
import { Writer } from '../src/protocol/writer';
import { ask, frame } from './support';

const right = (resource: Right['resource'], name: string, ...operations: Right['operations']): Right => ({
  ...{ resource, name, isPrefix: name.endsWith('-'), operations },
});
const WRITER: KafkaUser = {
  name: 'writer',
  password: 'the-password-of-writer',
  rights: [right('topic', 'events', 'Write', 'Create')],
};
const READER: KafkaUser = {
  name: 'reader',
  password: 'the-password-of-reader',
  rights: [right('topic', 'events', 'Read'), right('group', 'group-', 'Read'), right('group', 'seen', 'Describe')],
};
const IDLE: KafkaUser = { name: 'idle', password: 'the-password-of-idle', rights: [] };

const warnings: string[] = [];
let broker: EmbeddedKafka;
beforeAll(async () => {
  const logger = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
  broker = await startEmbeddedKafka({ port: 0, users: [WRITER, READER, IDLE], logger });
  const admin = clientOf(WRITER).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'events' }] });
  await admin.disconnect();
});
afterAll(() => broker.close());

const clientAs = (sasl?: SASLOptions): Kafka =>
  new Kafka({
    brokers: [broker.brokers],
    clientId: 'access',
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
    ...(sasl && { sasl }),
  });
const clientOf = ({ name, password }: KafkaUser): Kafka =>
  clientAs({ mechanism: 'scram-sha-256', username: name, password });

async function withAdmin<Result>(user: KafkaUser, work: (admin: ReturnType<Kafka['admin']>) => Promise<Result>) {
  const admin = clientOf(user).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
async function publish(user: KafkaUser, topic: string): Promise<void> {
  const producer = clientOf(user).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    await producer.send({ topic, messages: [{ value: 'v' }] });
  } finally {
    await producer.disconnect();
  }
}
async function consume(user: KafkaUser, groupId: string): Promise<string> {
  const consumer = clientOf(user).consumer({ groupId, sessionTimeout: 6_000, maxWaitTimeInMs: 100 });
  try {
    return await new Promise<string>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        reject(payload.error);
      });
      const eachMessage = ({ message }: { message: { value: Buffer | null } }) => {
        resolve(String(message.value));
        return Promise.resolve();
      };
      consumer
        .connect()
        .then(() => consumer.subscribe({ topic: 'events', fromBeginning: true }))
        .then(() => consumer.run({ eachMessage }))
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
}
/** Kafka's name of what something was refused with, wherever kafkajs put it; where it keeps none, the name of its error. */
async function refusalOf(asked: Promise<unknown>): Promise<string | undefined> {
  const error: unknown = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const { errors = [], groups = [], partitions = [] } = Object(error) as Partial<Record<string, { error?: unknown }[]>>;
  const inner = [...errors, ...[...groups, ...partitions].map((one) => one.error)];
  for (const one of [error, ...inner]) if (one instanceof KafkaJSProtocolError) return one.type;
  // kafkajs repeats some requests once in any case.
  const said = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return said instanceof Error ? said.name : undefined;
}

describe('a user of the broker', () => {
  it('publishes where it may write, and consumes where it may read in a group of its own', async () => {
    await publish(WRITER, 'events');
    expect(await consume(READER, 'group-1')).toBe('v');
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ['publishes', 'TOPIC_AUTHORIZATION_FAILED', () => publish(READER, 'events')],
    ['joins a group that it may look at', 'GROUP_AUTHORIZATION_FAILED', () => consume(READER, 'seen')],
    ['looks for another group', 'KafkaJSGroupCoordinatorNotFound', () => consume(READER, 'other')],
    ['consumes as a writer', 'KafkaJSGroupCoordinatorNotFound', () => consume(WRITER, 'group-1')],
    [
      'creates a topic',
      'TOPIC_AUTHORIZATION_FAILED',
      () => withAdmin(READER, (admin) => admin.createTopics({ topics: [{ topic: 'more' }] })),
    ],
    [
      'removes a topic',
      'TOPIC_AUTHORIZATION_FAILED',
      () => withAdmin(WRITER, (admin) => admin.deleteTopics({ topics: ['events'] })),
    ],
    [
      'removes records',
      'KafkaJSDeleteTopicRecordsError',
      () =>
        withAdmin(READER, async (admin) => {
          await admin.fetchTopicOffsets('events');
          await admin.deleteTopicRecords({ topic: 'events', partitions: [{ partition: 0, offset: '-1' }] });
        }),
    ],
    [
      'looks where a topic ends',
      'TOPIC_AUTHORIZATION_FAILED',
      () => withAdmin(IDLE, (admin) => admin.fetchTopicOffsets('events')),
    ],
    [
      'looks how far a group is',
      'KafkaJSBrokerNotFound',
      () => withAdmin(IDLE, (admin) => admin.fetchOffsets({ groupId: 'group-1', topics: ['events'] })),
    ],
    [
      'removes a group',
      'GROUP_AUTHORIZATION_FAILED',
      () => withAdmin(READER, (admin) => admin.deleteGroups(['group-1'])),
    ],
  ])('that may not is refused when it %s', async (_what, refusal, asking) => {
    expect(await refusalOf(asking())).toBe(refusal);
  });

  it('sees the topics and groups alone that it has a right to', async () => {
    const seen = (user: KafkaUser) =>
      withAdmin(user, async (admin) => {
        const { groups } = await admin.listGroups();
        return [await admin.listTopics(), groups.map(({ groupId }) => groupId)];
      });
    await consume(READER, 'group-2');
    expect(await seen(IDLE)).toEqual([[], []]);
    expect((await seen(READER)).map((names) => names.length > 0)).toEqual([true, true]);
  });
});

describe('a login to the broker', () => {
  it.each<[string, SASLOptions]>([
    [
      'with the password of another user',
      { mechanism: 'scram-sha-256', username: 'reader', password: WRITER.password },
    ],
    ['with no such user', { mechanism: 'scram-sha-256', username: 'admin', password: WRITER.password }],
    ['by another mechanism', { mechanism: 'plain', username: 'reader', password: READER.password }],
  ])('%s is refused', async (_how, sasl) => {
    const admin = clientAs(sasl).admin();
    await expect(admin.connect()).rejects.toThrow(/SASL|Authentication|mechanism/i);
    await admin.disconnect();
  });

  it('is needed before anything else is asked', async () => {
    const metadata = 3;
    expect(await ask(broker.port, frame(metadata, 1, new Writer().int32(-1)))).toBeUndefined();
    expect(warnings.at(-1)).toContain('has not logged in, and asked for Metadata');
  });

  it('cannot begin with its last message, and is unknown to a broker without users', async () => {
    const proof = new Writer().data(Buffer.from('c=biws,r=abc,p=YQ=='));
    expect((await ask(broker.port, frame(36, 0, proof)))?.int16()).toBe(errorCode.ILLEGAL_SASL_STATE);
    const open = await startEmbeddedKafka({ port: 0 });
    const begin = new Writer().string('SCRAM-SHA-256');
    expect((await ask(open.port, frame(17, 1, begin)))?.int16()).toBe(errorCode.ILLEGAL_SASL_STATE);
    await open.close();
  });
});
