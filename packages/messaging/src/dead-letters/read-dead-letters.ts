import { deadLetterIn, type DeadLetter } from './dead-letters';
import { received } from '../consume/delivery';
import { createOwnGroup } from '../consume/own-group';
import type { KafkaSettings } from '../kafka/kafka-client';
import { deadLetterTopicOf } from '../kafka/topic-names';
import { deadLetterId } from './parking';

/**
 * All dead letters of a topic that are there now, each once, in the order in which the messages came. Disturbs no
 * consumer group. Messages of the dead-letter topic that no consumer of ours wrote are left out.
 */
export async function readDeadLetters(settings: KafkaSettings & { readonly topic: string }): Promise<DeadLetter[]> {
  const topic = deadLetterTopicOf(settings.topic);
  const group = createOwnGroup(settings, 'read');
  const { consumer } = group;
  const deadLetters = new Map<string, DeadLetter>();
  try {
    const offsets = await group.admin.topicOffsets(topic);
    const unread = new Map(
      offsets.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, BigInt(high)]),
    );
    if (unread.size === 0) return [];
    await group.run({
      topic,
      onMessage(message, partition) {
        const one = received(topic, partition, message);
        if (one.undecodable)
          settings.log.warn({ ...one.undecodable, partition, offset: one.offset }, 'dead letters cannot be decoded');
        const deadLetter = deadLetterIn(one);
        if (!deadLetter) return;
        deadLetters.set(deadLetterId(deadLetter.consumer, deadLetter.partition, deadLetter.offset), deadLetter);
      },
      until(allRead) {
        // Also at the end of a batch of control records only, for which no handler is called.
        consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
          if (BigInt(lastOffset) + 1n >= (unread.get(partition) ?? 0n)) unread.delete(partition);
          if (unread.size === 0) allRead();
        });
      },
    });
  } finally {
    await group.close();
  }
  return [...deadLetters.values()].sort((one, other) => one.partition - other.partition || one.offset - other.offset);
}
