import { MalformedEvent, type RentalbookEvent } from '@rentalbook/event-contracts';
import type { EachBatchPayload } from 'kafkajs';
import { received } from '../consume/delivery';
import type { EventSignatures } from '../publish/event-signature';
import { createAdminConnection } from '../kafka/admin-connection';
import { createKafkaClient, type KafkaSettings } from '../kafka/kafka-client';
import { keyOf, readEvent } from '../consume/consumed-event';
import { replayOf } from './replay';
import { KafkaUnreachable } from '../kafka/unreachable';

/** A message of the topic: an event, or why it is none. */
export interface BatchMessage {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  /** When it was sent to Kafka, in milliseconds since the epoch. */
  readonly publishedAt: number | undefined;
  readonly content: RentalbookEvent | MalformedEvent;
}

export interface TopicReplayerOptions extends KafkaSettings {
  readonly topic: string;
  /** The consumer group to which handled offsets are committed; later consumers continue in it. */
  readonly groupId: string;
  /** Checks that the source of each event published it. */
  readonly signatures: EventSignatures;
  /**
   * Handles the messages of one partition that came together, in order; dead letters that were put back are left out,
   * because each is in its original place too. A failure ends the reading.
   */
  readonly handle: (messages: readonly BatchMessage[]) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

export interface Progress {
  /** How many messages the topic holds now, and how many of them are still to be handled. */
  readonly total: number;
  readonly left: number;
  /** How many messages the topic no longer holds. */
  readonly gone: number;
}

export interface TopicReplayer {
  start(): Promise<void>;
  progress(): Promise<Progress>;
  close(): Promise<void>;
}

/** A broker may send more than requested; one write must not delay queries. */
const HANDLED_AT_ONCE = 1_000;
const HEARTBEAT_EVERY_MS = 1_000;

/**
 * Reads a topic from its beginning in whole batches: for a rebuild, which cares for throughput and not for one event.
 * Throws KafkaUnreachable when no broker answers.
 */
export async function openTopicReplayer(options: TopicReplayerOptions): Promise<TopicReplayer> {
  const { topic, groupId, onFailure } = options;
  const kafka = createKafkaClient(options, { retries: 5 });
  const admin = createAdminConnection(() => kafka.admin());
  try {
    await admin.open();
  } catch (error) {
    throw new KafkaUnreachable(options, error);
  }
  const consumer = kafka.consumer({
    groupId,
    // A killed consumer leaves its group before the group is deleted.
    sessionTimeout: 10_000,
    maxBytesPerPartition: 524_288,
    maxWaitTimeInMs: 500,
    allowAutoTopicCreation: false,
  });
  const next = new Map<number, bigint>();
  const eachBatch = (payload: EachBatchPayload): Promise<void> =>
    handleBatch(payload, options, (partition, offset) => {
      next.set(partition, offset);
    });

  return {
    async start() {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        onFailure(payload.error);
      });
      // Also at the end of a batch of control records only, for which `handleBatch` is not called.
      consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
        next.set(partition, BigInt(lastOffset) + 1n);
      });
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({ eachBatchAutoResolve: true, partitionsConsumedConcurrently: 3, eachBatch });
    },
    async progress() {
      const offsets = await admin.topicOffsets(topic);
      let [total, left, gone] = [0n, 0n, 0n];
      for (const { partition, low, high } of offsets) {
        total += BigInt(high) - BigInt(low);
        left += BigInt(high) - (next.get(partition) ?? BigInt(low));
        gone += BigInt(low);
      }
      return { total: Number(total), left: Number(left), gone: Number(gone) };
    },
    async close() {
      await consumer.disconnect();
      await admin.close();
    },
  };
}

/**
 * Handles a batch in portions, with heartbeats meanwhile; `reached` gets the offset after each portion. What `handle` throws
 * is reported to `onFailure`. A heartbeat that fails ends the batch alone: the consumer joins its group again, as it does
 * when the broker missed it for a session or another member came, and reads what was not handled once more.
 */
export async function handleBatch(
  { batch, heartbeat }: Pick<EachBatchPayload, 'batch' | 'heartbeat'>,
  { handle, onFailure, signatures }: Pick<TopicReplayerOptions, 'handle' | 'onFailure' | 'signatures'>,
  reached: (partition: number, offset: bigint) => void,
): Promise<void> {
  const lost: unknown[] = [];
  const heartbeats = setInterval(() => {
    heartbeat().catch((error: unknown) => lost.push(error));
  }, HEARTBEAT_EVERY_MS);
  try {
    const messages = batch.messages.map((message) => received(batch.topic, batch.partition, message));
    for (let start = 0; start < messages.length && lost.length === 0; start += HANDLED_AT_ONCE) {
      const some = messages.slice(start, start + HANDLED_AT_ONCE);
      await handle(some.filter(({ headers }) => !replayOf(headers)).map((one) => batchMessage(one, signatures)));
      reached(batch.partition, BigInt(some.at(-1)?.offset ?? batch.lastOffset()) + 1n);
    }
  } catch (error) {
    onFailure(error);
    throw error;
  } finally {
    clearInterval(heartbeats);
  }
  if (lost.length > 0) throw lost[0];
  await heartbeat();
}

function batchMessage(message: ReturnType<typeof received>, signatures: EventSignatures): BatchMessage {
  const { partition, offset, publishedAt } = message;
  const content = contentOf(message, signatures);
  return { partition, offset: Number(offset), key: keyOf(message), publishedAt, content };
}

function contentOf(message: ReturnType<typeof received>, signatures: EventSignatures): BatchMessage['content'] {
  try {
    return readEvent(message, signatures);
  } catch (error) {
    if (error instanceof MalformedEvent) return error;
    throw error;
  }
}
