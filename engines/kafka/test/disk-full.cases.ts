import { mountSmallDisk, type SmallDisk } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { startEmbeddedKafka } from '../src/index';
import { createClient } from './support';

const TOPIC = 'books';
const disk: SmallDisk | undefined = mountSmallDisk(8);
afterAll(() => disk?.remove());
// Only root may mount; elsewhere there is no disk to fill.
const onSmallDisk = disk ? it : it.skip;

/** Sends messages one after another until one is refused; resolves to the values that were acknowledged. */
async function sendUntilRefused(brokers: string, from: number, most: number): Promise<readonly string[]> {
  const producer = createClient(brokers).producer({ retry: { retries: 0 } });
  await producer.connect();
  const acknowledged: string[] = [];
  try {
    for (let n = from; n < from + most; n += 1) {
      const value = `${String(n)} ${'x'.repeat(10_000)}`;
      await producer.send({ topic: TOPIC, messages: [{ key: 'one', value }] });
      acknowledged.push(value);
    }
  } catch {
    // The disk is full.
  } finally {
    await producer.disconnect();
  }
  return acknowledged;
}

async function contents(brokers: string, count: number): Promise<readonly string[]> {
  const consumer = createClient(brokers, 3).consumer({ groupId: randomUUID() });
  await consumer.connect();
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  const found: string[] = [];
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: ({ message }) => {
          found.push(message.value?.toString() ?? '');
          if (found.length === count) resolve();
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return found;
}

describe('a broker on a full disk', () => {
  onSmallDisk(
    'refuses what it cannot keep, works again once there is room, and has exactly what it acknowledged',
    async () => {
      const dataDir = `${disk?.folder ?? ''}/kafka`;
      const broker = await startEmbeddedKafka({ port: 0, dataDir });
      const admin = createClient(broker.brokers, 3).admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }] });
      const before = await sendUntilRefused(broker.brokers, 0, 20);
      disk?.fill();
      const during = await sendUntilRefused(broker.brokers, 100, 1_000);
      expect(during.length).toBeLessThan(1_000);
      await expect(admin.createTopics({ topics: [{ topic: 'other' }] })).rejects.toThrow();
      disk?.makeRoom();
      const after = await sendUntilRefused(broker.brokers, 5_000, 20);
      expect(after).toHaveLength(20);
      const acknowledged = [...before, ...during, ...after];
      expect(await contents(broker.brokers, acknowledged.length)).toEqual(acknowledged);
      expect(await admin.listTopics()).not.toContain('other');
      await admin.createTopics({ topics: [{ topic: 'other' }] });
      await admin.disconnect();
      await broker.close();

      const again = await startEmbeddedKafka({ port: 0, dataDir });
      expect(await contents(again.brokers, acknowledged.length)).toEqual(acknowledged);
      await again.close();
    },
  );
});
