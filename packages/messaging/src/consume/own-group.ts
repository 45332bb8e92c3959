import type { Consumer, KafkaMessage } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { createAdminConnection, type AdminConnection } from '../kafka/admin-connection';
import { createKafkaClient, type KafkaSettings } from '../kafka/kafka-client';

/** A consumer in a group that nothing else uses: it reads a topic without disturbing any other group. */
export interface OwnGroup {
  readonly admin: AdminConnection;
  readonly consumer: Consumer;
  /**
   * Consumes a topic from its first message, and commits nothing. Resolves when `until` calls `done`; rejects when the consumer stops
   * for good before.
   */
  run(how: {
    readonly topic: string;
    readonly onMessage: (message: KafkaMessage, partition: number) => void;
    readonly until: (done: () => void) => void;
  }): Promise<void>;
  /** Disconnects, and deletes the group. */
  close(): Promise<void>;
}

export function createOwnGroup(settings: KafkaSettings, purpose: string): OwnGroup {
  const kafka = createKafkaClient(settings, { retries: 3 });
  const groupId = `${purpose}-${randomUUID()}`;
  const admin = createAdminConnection(() => kafka.admin());
  const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000, maxWaitTimeInMs: 200 });
  let isInGroup = false;
  consumer.on(consumer.events.GROUP_JOIN, () => {
    isInGroup = true;
  });
  const deleteGroup = (): Promise<void> =>
    admin
      .use(async (connected) => {
        await connected.deleteGroups([groupId]);
      })
      .catch((error: unknown) => {
        settings.log.debug({ err: error, groupId }, 'the group of a reader was not removed');
      });
  return {
    admin,
    consumer,
    async run({ topic, onMessage, until }) {
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        // kafkajs resolves `run` also when the consumer did not join its group, and restarts it after some errors only.
        consumer.on(consumer.events.CRASH, ({ payload }) => {
          if (!payload.restart) reject(payload.error);
        });
        until(resolve);
        consumer
          .run({
            autoCommit: false,
            eachMessage: ({ message, partition }) => {
              onMessage(message, partition);
              return Promise.resolve();
            },
          })
          .catch(reject);
      });
    },
    async close() {
      try {
        await consumer.disconnect();
        if (isInGroup) await deleteGroup();
      } finally {
        await admin.close();
      }
    },
  };
}
