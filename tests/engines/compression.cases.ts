import { createPublisher, readDeadLetters, tailMessages, type TopicMessage } from '@rentalbook/messaging';
import { eventually, messageCount } from '@rentalbook/test-kit';
import { createClient, openKafka, type KafkaUnderTest } from './kafka.support';

// Set by `npm run test:real-engines`; the embedded broker stores every batch as its producer wrote it.
const realBrokers = process.env['REAL_KAFKA_BROKERS'];
const onRealKafka = realBrokers === undefined ? describe.skip : describe;
const ignore = (): void => undefined;
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

onRealKafka('Apache Kafka', () => {
  const brokers = realBrokers?.split(',') ?? [];
  let kafka: KafkaUnderTest;

  beforeAll(async () => {
    kafka = await openKafka(brokers);
  });
  afterAll(async () => {
    await kafka.close();
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])(
    'compresses a topic with %s, which is read as it was written',
    async (codec) => {
      const topic = `compressed-${codec}-${String(Date.now())}`;
      await kafka.createTopic(topic, 1, { 'compression.type': codec });
      const client = { brokers, clientId: 'compression', log };
      const publisher = createPublisher(client);
      // Long repeats, long literals, several blocks of a codec, a batch of many records, and nothing at all.
      const values = [
        'In stock, on rental. '.repeat(10_000),
        Array.from({ length: 20_000 }, (_, line) => ((line * 2_654_435_761) % 2 ** 32).toString(36)).join('\n'),
        ...Array.from({ length: 200 }, (_, index) => JSON.stringify({ index })),
        '',
      ];
      for (const some of [values.slice(0, 1), values.slice(1, 2), values.slice(2)])
        await publisher.publish(
          topic,
          some.map((value) => ({ key: 'book', value, headers: { codec } })),
        );
      await publisher.close();

      const read: TopicMessage[] = [];
      const tail = await tailMessages({ ...client, topic, fromNow: false, onMessage: (one) => read.push(one) });
      await eventually(() => read.length >= values.length, { what: 'the last message' });
      await tail.close();
      expect(read.map(({ value }) => String(value))).toEqual(values);
      expect(read.every(({ headers, key }) => headers['codec'] === codec && key === 'book')).toBe(true);
      expect(await messageCount({ brokers: brokers.join(','), topic })).toBe(values.length);
    },
  );

  it('ends a topic with a transaction marker, which is not read and does not hold up who reads to the end', async () => {
    const topic = `transactions-${String(Date.now())}`;
    await kafka.createTopic(`${topic}.dlq`);
    const producer = createClient(brokers).producer({
      transactionalId: topic,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    for (const [value, end] of [
      ['kept', 'commit'],
      ['given up', 'abort'],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: `${topic}.dlq`, messages: [{ value }] });
      await transaction[end]();
    }
    await producer.disconnect();

    const client = { brokers, clientId: 'transactions', log };
    const read: (string | undefined)[] = [];
    const onMessage = ({ value }: TopicMessage): void => void read.push(value?.toString());
    const tail = await tailMessages({ ...client, topic: `${topic}.dlq`, fromNow: false, onMessage });
    await eventually(() => read.length > 0, { what: 'the first message' });
    expect(await readDeadLetters({ ...client, topic })).toEqual([]);
    await tail.close();
    expect(read).toEqual(['kept']);
  });
});
