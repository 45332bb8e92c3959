import { parseEvent, type RentalbookEvent } from '@rentalbook/event-contracts';
import { createKafkaClient, type KafkaSettings } from './kafka-client';

export interface BatchReaderOptions extends KafkaSettings {
  readonly topic: string;
  /** A group that later readers go on in: what was handled is committed to it. */
  readonly groupId: string;
  /** Handles the events of one partition that came together, in order. A failure ends the reading. */
  readonly handle: (events: readonly RentalbookEvent[]) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

export interface BatchReader {
  /** How many messages the topic holds now, and how many of them are still to be handled. */
  progress(): Promise<{ readonly total: number; readonly left: number }>;
  close(): Promise<void>;
  /** After closing: forgets the group. */
  removeGroup(): Promise<void>;
}

/** Reads a topic from its beginning in whole batches: for a rebuild, which cares for throughput and not for one event. */
export async function readBatches(options: BatchReaderOptions): Promise<BatchReader> {
  const { topic, groupId, handle, onFailure } = options;
  const kafka = createKafkaClient(options, { retries: 5 });
  const admin = kafka.admin();
  await admin.connect();
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: 30_000,
    maxBytesPerPartition: 4_194_304,
    maxWaitTimeInMs: 500,
    allowAutoTopicCreation: false,
  });
  const next = new Map<number, bigint>();

  consumer.on(consumer.events.CRASH, ({ payload }) => {
    onFailure(payload.error);
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachBatchAutoResolve: true,
    partitionsConsumedConcurrently: 3,
    eachBatch: async ({ batch, heartbeat }) => {
      try {
        await handle(batch.messages.map(({ value }) => parseEvent(value)));
      } catch (error) {
        onFailure(error);
        throw error;
      }
      next.set(batch.partition, BigInt(batch.lastOffset()) + 1n);
      await heartbeat();
    },
  });

  return {
    async progress() {
      const offsets = await admin.fetchTopicOffsets(topic);
      let total = 0n;
      let left = 0n;
      for (const { partition, low, high } of offsets) {
        total += BigInt(high) - BigInt(low);
        left += BigInt(high) - (next.get(partition) ?? BigInt(low));
      }
      return { total: Number(total), left: Number(left) };
    },
    async close() {
      await consumer.disconnect();
      await admin.disconnect();
    },
    async removeGroup() {
      const cleaner = kafka.admin();
      await cleaner.connect();
      await cleaner.deleteGroups([groupId]).finally(() => cleaner.disconnect());
    },
  };
}
