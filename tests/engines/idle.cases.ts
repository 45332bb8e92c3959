import { startEmbeddedKafka } from '@rentalbook/embedded-kafka';
import { createPublisher, ensureTopics } from '@rentalbook/messaging';
import { GIVE_UP_AFTER_MS } from '@rentalbook/test-kit/eventually';
import { setTimeout as delay } from 'node:timers/promises';

describe('a connection to Kafka', () => {
  it('is idle while no client asks', async () => {
    const kafka = await startEmbeddedKafka({ port: 0 });
    const log = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };
    const settings = { brokers: [kafka.brokers], clientId: 'idle', log, topic: 'books' };
    await ensureTopics({ ...settings, partitions: 1, replication: 1 }, GIVE_UP_AFTER_MS);
    const publisher = createPublisher(settings);
    await publisher.publish('books', [{ key: 'book', value: '{}', headers: {} }]);
    const timers = jest.spyOn(globalThis, 'setTimeout');
    await delay(300);
    expect(timers.mock.calls.length).toBeLessThan(5);
    timers.mockRestore();
    await publisher.close();
    await kafka.close();
  });
});
