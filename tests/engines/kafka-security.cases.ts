import {
  createPublisher,
  ensureTopics,
  kafkaSecurityOf,
  PartitionAway,
  tailMessages,
  type KafkaSecuritySettings,
} from '@rentalbook/messaging';
import { eventually } from '@rentalbook/test-kit';
import { join } from 'node:path';

// Set by `npm run test:real-engines` where there is openssl.
const { REAL_KAFKA_SECURED_BROKERS: secured, REAL_KAFKA_SECRETS: folder = '' } = process.env;
const onRealKafka = secured === undefined ? describe.skip : describe;
const ignore = (): void => undefined;
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const file = (name: string): string => join(folder, name);

onRealKafka('Apache Kafka behind TLS and SASL', () => {
  const tls = { KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: file('ca.pem') };
  const user = { KAFKA_SASL_USERNAME: 'reader', KAFKA_SASL_PASSWORD_FILE: file('password') };
  const plain = { KAFKA_SASL_MECHANISM: 'plain', ...user };
  const connect = async (settings: KafkaSecuritySettings, withinMs: number) => {
    const topic = `secured-${String(Date.now())}`;
    const security = kafkaSecurityOf(settings);
    const client = { brokers: secured?.split(',') ?? [], clientId: 'secured', log, security, topic };
    await ensureTopics({ ...client, partitions: 1, replication: 1 }, withinMs);
    return client;
  };

  it.each<[string, KafkaSecuritySettings]>([
    ['PLAIN', plain],
    ['SCRAM-SHA-256', { KAFKA_SASL_MECHANISM: 'SCRAM-SHA-256', ...user }],
    ['SCRAM-SHA-512', { KAFKA_SASL_MECHANISM: 'scram-sha-512', ...user }],
    ['OAUTHBEARER', { KAFKA_SASL_MECHANISM: 'oauthbearer', KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: file('token') }],
    ['another server name', { ...plain, KAFKA_SSL_SERVER_NAME: 'kafka.test' }],
    [
      'a client certificate',
      { ...plain, KAFKA_SSL_CERT_FILE: file('client.pem'), KAFKA_SSL_KEY_FILE: file('client.key') },
    ],
  ])('is written to and read with %s', async (_, settings) => {
    const client = await connect({ ...tls, ...settings }, 20_000);
    const publisher = createPublisher(client);
    // A broker may not know yet that it leads a topic that was just created. The relay repeats then, too.
    const isPublished = async (): Promise<boolean> => {
      try {
        await publisher.publish(client.topic, [{ key: 'a', value: 'b', headers: {} }]);
        return true;
      } catch (error) {
        if (error instanceof PartitionAway) return false;
        throw error;
      }
    };
    await eventually(isPublished, { withinMs: 20_000, what: 'a leader of the partition' });
    await publisher.close();
    const read: unknown[] = [];
    const tail = await tailMessages({ ...client, fromNow: false, onMessage: ({ value }) => read.push(String(value)) });
    // Once, or more often when it was repeated.
    await eventually(() => read.length > 0, { withinMs: 20_000, what: 'the message' });
    await tail.close();
    expect(new Set(read)).toEqual(new Set(['b']));
  });

  it.each<[string, KafkaSecuritySettings, RegExp]>([
    [
      'a wrong password',
      { ...tls, KAFKA_SASL_MECHANISM: 'scram-sha-256', KAFKA_SASL_USERNAME: 'reader', KAFKA_SASL_PASSWORD: 'wrong' },
      /refuses the credentials; correct KAFKA_SASL_MECHANISM/,
    ],
    ['an unknown authority', { KAFKA_SSL: 'true', ...plain }, /does not agree on TLS.*correct KAFKA_SSL_CA_FILE/],
    ['a wrong server name', { ...tls, ...plain, KAFKA_SSL_SERVER_NAME: 'other.test' }, /does not agree on TLS/],
  ])('is reported with what to correct for %s', async (_, settings, sentence) => {
    await expect(connect(settings, 1)).rejects.toThrow(sentence);
  });
});
