import { MalformedEvent, parseEvent, type RentalbookEvent } from '@rentalbook/event-contracts';
import { randomUUID } from 'node:crypto';
import { createKafkaClient, type KafkaSettings } from './kafka-client';

export interface TailOptions extends KafkaSettings {
  readonly topic: string;
  /** Only what is published from now on; otherwise everything the topic still has. */
  readonly fromNow: boolean;
  readonly onEvent: (event: RentalbookEvent) => void;
}

/** Watches the events of a topic without disturbing any consumer group; resolves once it is watching. */
export async function tailEvents(options: TailOptions): Promise<{ close(): Promise<void> }> {
  const kafka = createKafkaClient(options, { retries: 3 });
  const groupId = `tail-${randomUUID()}`;
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(options.topic);
  const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000, maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topic: options.topic, fromBeginning: true });
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => {
      resolve();
    });
  });
  await consumer.run({
    autoCommit: false,
    eachMessage: ({ message }) => {
      try {
        options.onEvent(parseEvent(message.value));
      } catch (error) {
        if (!(error instanceof MalformedEvent)) throw error;
        options.log.warn({ reason: error.message, offset: message.offset }, 'passed over a malformed message');
      }
      return Promise.resolve();
    },
  });
  await joined;
  if (options.fromNow)
    for (const { partition, offset } of ends) consumer.seek({ topic: options.topic, partition, offset });
  return {
    async close() {
      await consumer.disconnect();
      await admin.deleteGroups([groupId]).catch((error: unknown) => {
        options.log.debug({ err: error }, 'the watching group was not removed');
      });
      await admin.disconnect();
    },
  };
}
