import {
  createPublisher,
  createTopicReader,
  deadLetterTopicOf,
  ensureTopics,
  openTopicReplayer,
  PartitionAway,
  readDeadLetters,
  removeGroup,
  tailMessages,
  unsigned,
  type KafkaSecurity,
  type KafkaSettings,
} from '@rentalbook/messaging';
import { kafkaUsers, publishers, type KafkaUserName } from '@rentalbook/messaging/kafka-rights';
import { eventually, GIVE_UP_AFTER_MS } from '@rentalbook/test-kit';

export interface SecuredKafka {
  readonly brokers: readonly string[];
  /** How a client logs in as the user. */
  securityOf(user: KafkaUserName): KafkaSecurity;
  close(): Promise<void>;
}

const ignore = (): void => undefined;
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const TOPIC = 'rentalbook';
const DEAD_LETTERS = deadLetterTopicOf(TOPIC);
const TOPICS = { topic: TOPIC, partitions: 1, replication: 1 };
const services = kafkaUsers.filter((user) => user !== 'operator' && user !== 'router');

/** What every Kafka that knows the ACLs of the services lets each of them do, and no other. */
export function aclFeatures(name: string, engine: () => Promise<SecuredKafka>): void {
  describe(`the ACLs of the services on ${name}`, () => {
    let kafka: SecuredKafka;
    const clientOf = (user: KafkaUserName): KafkaSettings => ({
      ...{ brokers: kafka.brokers, clientId: user, log, security: kafka.securityOf(user) },
    });
    beforeAll(async () => {
      kafka = await engine();
      await ensureTopics({ ...clientOf('mypage'), ...TOPICS }, GIVE_UP_AFTER_MS);
    });
    afterAll(() => kafka.close());

    async function publish(user: KafkaUserName, topic: string): Promise<void> {
      const publisher = createPublisher(clientOf(user));
      try {
        await publisher.publish(topic, [{ key: user, value: user, headers: {} }]);
      } finally {
        await publisher.close();
      }
    }
    /** A broker may not know yet that it leads a topic that was just created. */
    const untilPublished = (user: KafkaUserName, topic: string) =>
      eventually(
        () =>
          publish(user, topic).then(
            () => true,
            (error: unknown) => {
              if (error instanceof PartitionAway) return false;
              throw error;
            },
          ),
        { what: `${user} writing ${topic}` },
      );
    /** Resolves once a message was consumed in the group; rejects when the group or the topic is refused. */
    async function consume(user: KafkaUserName, groupId: string): Promise<void> {
      let read = 0;
      let refusal: unknown;
      const reader = await openTopicReplayer({
        ...{ ...clientOf(user), topic: TOPIC, groupId },
        signatures: unsigned,
        handle(messages) {
          read += messages.length;
          return Promise.resolve();
        },
        onFailure(error) {
          refusal = error;
        },
      });
      try {
        await reader.start();
        await eventually(() => read > 0 || refusal !== undefined, { what: `${user} consuming in ${groupId}` });
        if (refusal !== undefined) throw refusal as Error;
      } finally {
        await reader.close();
      }
    }

    it.each(publishers)('%s publishes events, and consumes them in its own group', async (user) => {
      await ensureTopics({ ...clientOf(user), ...TOPICS }, GIVE_UP_AFTER_MS);
      await untilPublished(user, TOPIC);
      await consume(user, user);
    });

    it('mypage publishes no event, and consumes them in a group for each version of its page', async () => {
      await expect(publish('mypage', TOPIC)).rejects.toThrow(/authorized/i);
      await consume('mypage', 'mypage');
      await consume('mypage', 'mypage-v1');
    });

    it.each(services)('%s dead-letters, and reads no dead letters', async (user) => {
      await untilPublished(user, DEAD_LETTERS);
      await expect(readDeadLetters({ ...clientOf(user), topic: TOPIC })).rejects.toThrow();
    });

    it.each(services)('%s joins no group of another service', async (user) => {
      for (const other of services.filter((one) => one !== user)) await expect(consume(user, other)).rejects.toThrow();
    });

    it.each(services)('%s creates no other topic, and the sentence says what to correct', async (user) => {
      await expect(ensureTopics({ ...clientOf(user), ...TOPICS, topic: 'other' }, 0)).rejects.toThrow(
        /gives no right to its topics; correct KAFKA_SASL_USERNAME, or give that user the ACLs/,
      );
    });

    it('the router follows the topic and how far a service has read it, publishes nothing, and joins no group of a service', async () => {
      const client = clientOf('router');
      const tail = await tailMessages({ ...client, topic: TOPIC, fromNow: true, onMessage: ignore });
      const reader = createTopicReader({ ...client, topic: TOPIC });
      expect(await reader.ends()).toEqual(tail.ends);
      expect(await reader.committedBy('book')).toHaveLength(TOPICS.partitions);
      await reader.close();
      await tail.close();
      await expect(publish('router', TOPIC)).rejects.toThrow(/authorized/i);
      for (const service of services) await expect(consume('router', service)).rejects.toThrow();
    });

    it('the operator looks into both topics, puts messages back, and removes groups, but joins none of a service', async () => {
      const client = clientOf('operator');
      const seen: unknown[] = [];
      const tail = await tailMessages({ ...client, topic: TOPIC, fromNow: false, onMessage: (one) => seen.push(one) });
      await eventually(() => seen.length > 0, { what: 'the events' });
      await tail.close();
      await readDeadLetters({ ...client, topic: TOPIC });
      await publish('operator', TOPIC);
      expect(await removeGroup(client, 'mypage-v1')).toBe(true);
      expect(await removeGroup(client, 'book')).toBe(true);
      await expect(consume('operator', 'book')).rejects.toThrow();
    });
  });
}
