import { randomUUID } from 'node:crypto';
import { deadLetterIn, type DeadLetter } from './dead-letters';
import { received } from '../consume/delivery';
import { createAdminConnection } from '../kafka/admin-connection';
import { createKafkaClient, type KafkaSettings } from '../kafka/kafka-client';
import { deadLetterTopicOf } from '../kafka/topic-names';

/**
 * All dead letters of a topic that are there now, each once, in the order in which the messages came. Disturbs no
 * consumer group. Messages of the dead-letter topic that no consumer of ours wrote are left out.
 */
export async function readDeadLetters(settings: KafkaSettings & { readonly topic: string }): Promise<DeadLetter[]> {
  const topic = deadLetterTopicOf(settings.topic);
  const kafka = createKafkaClient(settings, { retries: 3 });
  const groupId = `read-${randomUUID()}`;
  const admin = createAdminConnection(() => kafka.admin());
  const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000, maxWaitTimeInMs: 200 });
  const deadLetters = new Map<string, DeadLetter>();
  try {
    const offsets = await admin.topicOffsets(topic);
    const unread = new Map(
      offsets.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, BigInt(high)]),
    );
    if (unread.size === 0) return [];
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) reject(payload.error);
      });
      // Also at the end of a batch of control records only, for which no handler is called.
      consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
        if (BigInt(lastOffset) + 1n >= (unread.get(partition) ?? 0n)) unread.delete(partition);
        if (unread.size === 0) resolve();
      });
      consumer
        .run({
          autoCommit: false,
          eachMessage: ({ partition, message }) => {
            const one = received(topic, partition, message);
            if (one.undecodable)
              settings.log.warn(
                { ...one.undecodable, partition, offset: one.offset },
                'dead letters cannot be decoded',
              );
            const deadLetter = deadLetterIn(one);
            if (deadLetter)
              deadLetters.set(
                `${deadLetter.consumer}/${String(deadLetter.partition)}/${String(deadLetter.offset)}`,
                deadLetter,
              );
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
    await admin
      .use((connected) => connected.deleteGroups([groupId]))
      .catch((error: unknown) => {
        settings.log.debug({ err: error }, 'the reading group was not removed');
      });
    await admin.close();
  }
  return [...deadLetters.values()].sort((one, other) => one.partition - other.partition || one.offset - other.offset);
}
