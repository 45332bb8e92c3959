import { readDeadLetters, tailMessages } from '@rentalbook/messaging';
import { eventually } from '@rentalbook/test-kit';
import {
  compressed,
  GZIP,
  LZ4,
  produceBatch,
  recordBatch,
  records,
  SNAPPY,
  ZSTD,
} from '../../packages/messaging/test/raw-batches';
import { bookStream, messageOf, silent, TOPIC, until } from './consumer-under-test';
import { hasApplied, operatedConsumers } from './operated-consumers';
import { batchPoisons } from './poison';

const { engines, admin, start, parkedKeys } = operatedConsumers();
const broker = (): string => engines().brokers[0] ?? '';
const produce = (partition: number, batch: Buffer) => produceBatch(broker(), TOPIC, partition, batch);
const produceEvents = (partition: number, ...events: readonly { readonly key: string }[]) =>
  produce(partition, recordBatch({ records: records(...events.map(messageOf)), count: events.length }));

describe('a consumer', () => {
  it.each([
    ['gzip', GZIP],
    ['snappy', SNAPPY],
    ['lz4', LZ4],
    ['zstd', ZSTD],
  ])('applies events that came compressed with %s', async (name, codec) => {
    const consumer = await start({ name: 'reserve' });
    const events = bookStream(`of-${name}`, 5).map(messageOf);
    const content = compressed[codec]?.(records(...events));
    if (!content) throw new Error('no such codec');
    const batch = recordBatch({ records: content, count: events.length, attributes: codec });
    expect(await produce(0, batch)).toMatchObject({ errorCode: 0 });
    await until('all events are applied', () => hasApplied(consumer, `of-${name}`, 5));
    expect(await admin().parkedKeys()).toEqual([]);
    expect(consumer.crashes).toEqual([]);
  });

  it('dead-letters each batch that cannot be decoded by its offsets, with its bytes, while other keys go on', async () => {
    const consumer = await start({ name: 'reserve' });
    const accepted = new Map<number, { kind: string; batch: Buffer }>();
    const good = bookStream('good', batchPoisons.length);
    for (const [index, poison] of batchPoisons.entries()) {
      const batch = poison.batch();
      const { errorCode, baseOffset } = await produce(0, batch);
      if (errorCode === 0) accepted.set(baseOffset, { kind: poison.kind, batch });
      await produceEvents(0, ...good.slice(index, index + 1));
    }
    // The embedded broker refuses what Apache Kafka would, as far as it need not decompress.
    expect(accepted.size).toBeGreaterThanOrEqual(20);
    await eventually(async () => (await consumer.parked.all())[0]?.waiting === accepted.size, {
      what: 'the dead letter of every batch',
    });
    await until('every event between them is applied', () => hasApplied(consumer, 'good', good.length));

    const [parked, ...others] = await parkedKeys('reserve');
    expect(others).toEqual([]);
    expect(parked?.record).toMatchObject({ key: '', cause: 'undecodable' });
    const found = parked?.deadLetters.map(({ cause, firstOffset, value }) => ({ cause, firstOffset, value })) ?? [];
    expect(found).toHaveLength(accepted.size);
    for (const { cause, firstOffset, value } of found) {
      const sent = accepted.get(firstOffset ?? -1);
      expect(cause).toBe('undecodable');
      // The base offset, the first eight bytes, is the broker's.
      expect([sent?.kind, value?.subarray(8)]).toEqual([sent?.kind, sent?.batch.subarray(8)]);
    }
    expect(parked?.deadLetters[0]?.reason).toMatch(/^The batch of offsets \d+ to \d+ cannot be decoded: .*\.$/);
    expect(consumer.crashes).toEqual([]);
  });
});

describe('batches that cannot be decoded', () => {
  it('are listed without a key, are not put back, and are free again once all are discarded', async () => {
    await start({ name: 'reserve' });
    const [parked] = await parkedKeys('reserve');
    if (!parked) throw new Error('batches should wait');
    await expect(admin().replay(parked, false)).rejects.toThrow(
      /cannot be decoded, so it cannot be put back; discard it/,
    );
    let { record } = parked;
    for (const deadLetter of parked.deadLetters)
      record = await admin().discard(parked, deadLetter, 'the producer was broken');
    await admin().replay({ ...parked, record }, false);
    expect(await parkedKeys('reserve')).toEqual([]);
  });

  it('leave a gap in the streams of the keys that they had events of, and only there', async () => {
    const consumer = await start({ name: 'reserve' });
    const [first, second, third] = bookStream('lost-one', 3);
    if (!first || !second || !third) throw new Error('the stream is too short');
    await produceEvents(1, first);
    const content = records(messageOf(second));
    await produce(1, recordBatch({ records: content.subarray(0, -1), count: 1 }));
    await produceEvents(1, third, ...bookStream('untouched', 3));
    await until('the other key goes on', () => hasApplied(consumer, 'untouched', 3));
    await until('both wait', async () => (await consumer.parked.all()).length === 2);
    const causes = (await parkedKeys('reserve')).map(({ record }) => [record.key, record.cause]);
    expect(causes).toEqual([
      ['', 'undecodable'],
      ['lost-one', 'gap'],
    ]);
  });

  it('stop neither what watches a topic nor what reads dead letters', async () => {
    const topic = `${TOPIC}.dlq`;
    const client = { brokers: engines().brokers, clientId: 'reader', log: silent };
    const batch = recordBatch({ records: Buffer.alloc(9, 0xff), count: 1 });
    for (const partition of [0, 1, 2])
      expect((await produceBatch(broker(), topic, partition, batch)).errorCode).toBe(0);
    const deadLetters = await readDeadLetters({ ...client, topic: TOPIC });
    expect(deadLetters.length).toBeGreaterThan(20);

    let watched = 0;
    const onMessage = (): void => void (watched += 1);
    const tail = await tailMessages({ ...client, topic, fromNow: false, onMessage });
    await until('the topic was watched to its end', () => watched === deadLetters.length + 3);
    await tail.close();
  });
});
