import { connectEngines, type Engines } from '@rentalbook/service-kit/engines';
import { connectDatabase, mongoSecurityOf } from '@rentalbook/mongo';
import { type EmbeddedKafka, startEmbeddedKafka } from '@rentalbook/embedded-kafka';
import { type EmbeddedMongo, startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import { readEngineUsers } from '@rentalbook/embedded-storage';
import { type ConsumedEvent, noopMetrics } from '@rentalbook/messaging';
import { kafkaRightsOf } from '@rentalbook/messaging/kafka-rights';
import { eventually, GIVE_UP_AFTER_MS, newDataFolder } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bookStream, silent, TOPIC } from './consumer-under-test';
import { startFaultProxy, type FaultProxy } from '../harness/fault-proxy';

const OLD = 'the-password-before-the-change';
const NEW = 'the-password-after-the-change';
const SERVICE = 'book';
const DATABASE = `rentalbook-${SERVICE}`;

describe('the password of a service in both engines', () => {
  let folder: string;
  let kafka: EmbeddedKafka;
  let mongo: EmbeddedMongo;
  let proxies: Readonly<Record<'kafka' | 'mongo', FaultProxy>>;
  let service: Engines;
  const consumed = new Set<string>();
  const ended: string[] = [];

  /** The file appears whole, as a mounted Secret does. */
  const write = (name: 'of-the-engines' | 'of-the-service', ...lines: readonly string[]): void => {
    writeFileSync(join(folder, 'draft'), `${lines.join('\n')}\n`);
    renameSync(join(folder, 'draft'), join(folder, name));
  };
  const usersWith = (rights: unknown): string =>
    JSON.stringify([{ name: SERVICE, passwordFile: join(folder, 'of-the-engines'), rights }]);
  const settings = () => ({
    KAFKA_BROKERS: [`127.0.0.1:${String(proxies.kafka.port)}`],
    KAFKA_TOPIC: TOPIC,
    KAFKA_TOPIC_PARTITIONS: 1,
    KAFKA_TOPIC_REPLICATION: 1,
    KAFKA_GROUP_PREFIX: '',
    KAFKA_SASL_MECHANISM: 'scram-sha-256',
    KAFKA_SASL_USERNAME: SERVICE,
    KAFKA_SASL_PASSWORD_FILE: join(folder, 'of-the-service'),
    MONGO_URL: `mongodb://127.0.0.1:${String(proxies.mongo.port)}`,
    MONGO_DATABASE_PREFIX: 'rentalbook-',
    MONGO_USERNAME: SERVICE,
    MONGO_PASSWORD_FILE: join(folder, 'of-the-service'),
    ENGINES_WITHIN_MS: GIVE_UP_AFTER_MS,
  });

  beforeAll(async () => {
    folder = newDataFolder();
    write('of-the-engines', OLD);
    write('of-the-service', OLD);
    proxies = { kafka: await startFaultProxy(), mongo: await startFaultProxy() };
    const rights = kafkaRightsOf(SERVICE, { topic: TOPIC, groupPrefix: '' });
    kafka = await startEmbeddedKafka({
      ...{ port: 0, advertisedPort: proxies.kafka.port },
      users: readEngineUsers(usersWith(rights), (_): _ is typeof rights => true),
    });
    mongo = await startEmbeddedMongo({
      port: 0,
      users: readEngineUsers(usersWith([DATABASE]), (_): _ is string[] => true),
    });
    proxies.kafka.standBefore(kafka.port);
    proxies.mongo.standBefore(mongo.port);
    service = await connectEngines(SERVICE, settings(), silent, noopMetrics, (reason) => ended.push(reason));
    service.subscribe((run: readonly ConsumedEvent[]) => {
      for (const { event } of run) consumed.add(event.id);
      return Promise.resolve([]);
    });
  });
  afterAll(async () => {
    await service.stopConsuming();
    await service.close();
    await Promise.all([proxies.kafka.close(), proxies.mongo.close()]);
    await Promise.all([kafka.close(), mongo.close()]);
    rmSync(folder, { recursive: true });
  });

  /** Ends every connection, so that what is done next logs in; a write to a socket that is closing would fail for that alone. */
  const disconnect = async (): Promise<void> => {
    for (const proxy of [proxies.kafka, proxies.mongo]) {
      proxy.hangUp();
      proxy.pass();
    }
    await eventually(async () => (await service.readiness()) === undefined, { what: 'an answer of MongoDB' });
  };

  /** What a request needs of MongoDB, at the service and at a replica that starts; throws when one fails. */
  async function request(): Promise<void> {
    const { MONGO_URL: url } = settings();
    const _id = randomUUID();
    const books = service.connection.collection<{ _id: string }>('books');
    await Promise.all([books.insertOne({ _id }), ...Array.from({ length: 8 }, () => books.findOne({ _id }))]);
    const replica = await connectDatabase(url, DATABASE, 0, silent, () => mongoSecurityOf(settings(), url));
    expect(await replica.collection<{ _id: string }>('books').findOne({ _id })).toEqual({ _id });
    await replica.destroy();
  }

  /** What the relay does with an event, and the consumer; sending is repeated, as the relay does. */
  async function publishAndConsume(): Promise<void> {
    const [event] = bookStream(randomUUID(), 1);
    if (!event) throw new Error('the stream is empty');
    const record = { key: event.key, value: JSON.stringify(event), headers: {} };
    await eventually(
      () =>
        service.publisher.publish(TOPIC, [record]).then(
          () => true,
          () => false,
        ),
      { what: 'an event being published' },
    );
    await eventually(() => consumed.has(event.id), { what: 'the event being consumed' });
  }

  it.each([
    ['before the change', () => undefined],
    [
      'while the file has the old one and the new one',
      () => {
        write('of-the-service', OLD, NEW);
      },
    ],
    [
      'once the engines have the new one',
      () => {
        write('of-the-engines', NEW);
      },
    ],
    [
      'once the file has the new one alone',
      () => {
        write('of-the-service', NEW);
      },
    ],
  ])('lets it log in: no request fails and no event is lost %s', async (_when, change) => {
    change();
    await request();
    await disconnect();
    await request();
    await publishAndConsume();
    expect(ended).toEqual([]);
  });

  it('is the new one from then on', async () => {
    write('of-the-service', OLD);
    const { MONGO_URL: url } = settings();
    const withOld = connectDatabase(url, DATABASE, 0, silent, () => mongoSecurityOf(settings(), url));
    await expect(withOld).rejects.toThrow('refuses the credentials; correct MONGO_USERNAME and MONGO_PASSWORD_FILE');
    write('of-the-service', NEW);
    await request();
  });
});
