import { startEmbeddedKafka } from '@rentalbook/embedded-kafka';
import { ensureTopics, unreachableIn } from '@rentalbook/messaging';
import { KafkaJSConnectionError, KafkaJSNumberOfRetriesExceeded } from 'kafkajs';

const log = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };
/** No program listens there. */
const CLOSED_PORT = 1;

describe('a broker that advertises an address that its client cannot reach, as behind a port-forward', () => {
  it('is named in one sentence with that address', async () => {
    const kafka = await startEmbeddedKafka({ port: 0, advertisedPort: CLOSED_PORT });
    const settings = { brokers: [kafka.brokers], clientId: 'forwarded', log, topic: 'books' };
    await expect(ensureTopics({ ...settings, partitions: 1, replication: 1 }, 0)).rejects.toThrow(
      `Kafka at ${kafka.brokers} sends its clients to 127.0.0.1:${String(CLOSED_PORT)}, which cannot be reached from here; run this where it can be (docs/operating.md), or correct what the broker advertises.`,
    );
    await kafka.close();
  });

  it('is found in what kafkajs throws after its own retries, and in no other error', () => {
    const named = { brokers: ['localhost:9092'] };
    const after = (broker: string) =>
      new KafkaJSNumberOfRetriesExceeded(new KafkaJSConnectionError('ENOTFOUND', { broker }), {
        retryCount: 5,
        retryTime: 300,
      });
    expect(unreachableIn(after('my-kafka:9092'), named)?.message).toMatch(/sends its clients to my-kafka:9092,/);
    expect(unreachableIn(after('localhost:9092'), named)?.message).toBe(
      'Kafka at localhost:9092 cannot be reached; start it or correct KAFKA_BROKERS.',
    );
    expect(unreachableIn(new TypeError('a defect'), named)).toBeUndefined();
  });
});
