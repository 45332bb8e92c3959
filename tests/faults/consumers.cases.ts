import { startEmbeddedKafka } from '@rentalbook/embedded-kafka';
import { createPublisher, ensureTopics, tailMessages, withTopicAdmin } from '@rentalbook/messaging';
import { eventually, GIVE_UP_AFTER_MS } from '@rentalbook/test-kit';
import { bookStream, isTaken, messageOf, silent, startConsumer, subscriberOf, TOPIC } from './consumer-under-test';
import { isKafkaFindCoordinator, startFaultProxy } from '../harness/fault-proxy';
import { hasApplied, operatedConsumers } from './operated-consumers';

const { engines, start } = operatedConsumers();
const publish = (key: string, length: number): Promise<void> =>
  engines().outside.publish(TOPIC, bookStream(key, length).map(messageOf));

describe('a consumer', () => {
  it('that is new also consumes what was published before it joined', async () => {
    await publish('early', 3);
    const consumer = await start({ name: 'newcomer' });
    await eventually(() => hasApplied(consumer, 'early', 3));
  });

  it('whose handler has a bug says that its process has to end', async () => {
    const consumer = await start({
      name: 'buggy',
      before() {
        throw new TypeError('a bug');
      },
    });
    await publish('buggy', 1);
    await eventually(() => consumer.crashes.length > 0);
    expect(String(consumer.crashes[0])).toBe('TypeError: a bug');
  });

  it('whose handler has a bug with events that came together says so too, when none of them has it alone', async () => {
    await publish('together', 3);
    let isFirst = true;
    const consumer = await start({
      name: 'buggy-together',
      before({ event }) {
        if (event.key !== 'together' || !isFirst) return;
        isFirst = false;
        throw new TypeError('a bug');
      },
    });
    await eventually(() => hasApplied(consumer, 'together', 3));
    await eventually(() => consumer.crashes.length > 0);
    expect(consumer.crashes.map(String)).toEqual(['TypeError: a bug']);
  });
});

/** A broker behind a proxy, by which no client finds the coordinator of its group. */
async function startWithoutCoordinator() {
  const proxy = await startFaultProxy();
  const kafka = await startEmbeddedKafka({ port: 0, advertisedPort: proxy.port });
  proxy.standBefore(kafka.port);
  const brokers = [`127.0.0.1:${String(proxy.port)}`];
  const client = { brokers, clientId: 'outside', log: silent };
  await ensureTopics({ ...client, topic: TOPIC, partitions: 3, replication: 1 }, GIVE_UP_AFTER_MS);
  proxy.loseAnswers(isKafkaFindCoordinator, Infinity);
  const giveCoordinator = (): void => {
    proxy.loseAnswers(isKafkaFindCoordinator, 0);
  };
  const stop = async (): Promise<void> => {
    await kafka.close();
    await proxy.close();
  };
  return { proxy, brokers, client, giveCoordinator, stop };
}

describe('without a coordinator of its group', () => {
  it('a consumer goes on in the same process as soon as there is one', async () => {
    const { proxy, brokers, client, giveCoordinator, stop } = await startWithoutCoordinator();
    const outside = createPublisher(client);
    const consumer = await startConsumer({ ...engines(), brokers }, { name: 'uncoordinated' });
    try {
      await eventually(() => proxy.lost >= 3);
      giveCoordinator();
      await eventually(() => isTaken(outside.publish(TOPIC, bookStream('afterwards', 2).map(messageOf))));
      await eventually(() => hasApplied(consumer, 'afterwards', 2));
      expect(consumer.crashes.map(String)).toEqual([]);
    } finally {
      giveCoordinator();
      await consumer.stop();
      await outside.close();
      await stop();
    }
  });

  it('a tail fails and leaves no connection, so that its caller can try again', async () => {
    const { proxy, client, giveCoordinator, stop } = await startWithoutCoordinator();
    const begin = () => tailMessages({ ...client, topic: TOPIC, fromNow: true, onMessage: () => undefined });
    try {
      await expect(begin()).rejects.toThrow('group coordinator');
      await eventually(() => proxy.openSockets() === 0);
      giveCoordinator();
      const tail = await begin();
      await tail.close();
      await eventually(() => proxy.openSockets() === 0);
    } finally {
      await stop();
    }
  });
});

describe('a subscriber that is closed while it starts', () => {
  it('is no member of its group afterwards, and does not fail', async () => {
    const subscriber = subscriberOf(engines(), 'hasty');
    const started = subscriber.start();
    await subscriber.close();
    await started;
    const settings = { brokers: engines().brokers, clientId: 'outside', log: silent };
    const busy = withTopicAdmin(settings, { topic: TOPIC, isOurs: (id) => id === 'hasty' }, (admin) =>
      admin.busyGroups(),
    );
    expect(await busy).toEqual([]);
  });
});

describe('a publisher', () => {
  it('gets through what it sends again after the broker went away under it', async () => {
    const consumer = await start({ name: 'patient' });
    await publish('before', 2);
    await engines().stopKafka();
    await expect(publish('again', 2)).rejects.toThrow();
    await engines().startKafka();
    await eventually(() => isTaken(publish('again', 2)));
    await publish('after', 2);
    for (const key of ['before', 'again', 'after']) await eventually(() => hasApplied(consumer, key, 2));
  });
});
