import { KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError, Partitioners, type Producer } from 'kafkajs';
import { createKafkaClient, type KafkaSettings } from '../kafka/kafka-client';

export interface OutgoingMessage {
  readonly key: string;
  readonly value: string | Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Explicit partition for a replayed message; the default is by key. */
  readonly partition?: number;
}

/**
 * The broker will never take these messages: they are too large, or no records at all. Nothing of them was kept.
 * CORRUPT_MESSAGE is not among them: a request may have been damaged on its way.
 */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused';
}

/** A broker cannot write to one of the partitions right now; it does not name which, and the others may succeed. */
export class PartitionAway extends Error {
  override readonly name = 'PartitionAway';
}
const REFUSALS = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD'];

export interface Publisher {
  /**
   * Sends the messages in order and resolves when all in-sync replicas have them. A rejection is ambiguous: any of them
   * may have arrived, so the caller sends them again from the first, and consumers ignore repeats. Only
   * {@link MessageRefused} is final: sending one of the messages again is of no use. {@link PartitionAway} means that
   * those of other partitions may get through by themselves.
   */
  publish(topic: string, messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}

const ACKNOWLEDGED_BY_ALL = -1;
const SEND_TIMEOUT_MS = 5_000;

/**
 * Never `idempotent: true`: after a lost acknowledgement kafkajs 2.2.4 reuses the sequence number, and the broker
 * acknowledges the next batch as a duplicate and drops it. One request in flight keeps the order.
 */
export function createPublisher(settings: KafkaSettings): Publisher {
  const kafka = createKafkaClient(settings, { retries: 0 });
  let connected: Promise<Producer> | undefined;

  const connect = async (): Promise<Producer> => {
    const producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    return producer;
  };
  const abandon = async (): Promise<void> => {
    const producer = connected;
    connected = undefined;
    await producer
      ?.then((one) => one.disconnect())
      .catch((error: unknown) => {
        settings.log.debug({ err: error }, 'closing a broken producer failed');
      });
  };

  return {
    async publish(topic, messages) {
      connected ??= connect();
      try {
        const producer = await connected;
        await producer.send({
          topic,
          acks: ACKNOWLEDGED_BY_ALL,
          timeout: SEND_TIMEOUT_MS,
          messages: messages.map(({ headers, ...message }) => ({ ...message, headers: { ...headers } })),
        });
      } catch (error) {
        await abandon();
        throw explained(error);
      }
    },
    close: abandon,
  };
}

/** The broker's error, wherever kafkajs puts it; other errors are of the connection. */
function explained(error: unknown): unknown {
  const reported = error instanceof KafkaJSNumberOfRetriesExceeded ? error.cause : error;
  if (!(reported instanceof KafkaJSProtocolError)) return error;
  return REFUSALS.includes(reported.type)
    ? new MessageRefused(reported.message, { cause: error })
    : new PartitionAway(reported.message, { cause: error });
}
