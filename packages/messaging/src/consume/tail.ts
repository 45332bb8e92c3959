import { MalformedEvent, parseEvent, type RentalbookEvent } from '@rentalbook/event-contracts';
import type { KafkaMessage } from 'kafkajs';
import { plainHeaders } from './delivery';
import { createOwnGroup } from './own-group';
import { createAdminConnection } from '../kafka/admin-connection';
import { createKafkaClient, type KafkaSettings } from '../kafka/kafka-client';
import { undecodableIn } from '../kafka/records/fetched-record';
import { topicEndsOf, type TopicEnds } from '../kafka/topic-ends';

interface TailSettings extends KafkaSettings {
  readonly topic: string;
  /** Only what is published from now on; otherwise everything the topic still has. */
  readonly fromNow: boolean;
  /** Called with the offset behind a batch, also one without messages. */
  readonly onPassed?: (partition: number, next: number) => void;
  /** Called when the tail may miss or repeat messages from now on: its consumer stopped, or joined its group again. */
  readonly onLost?: (reason: string) => void;
}

export interface TailOptions extends TailSettings {
  readonly onEvent: (event: RentalbookEvent) => void;
}

/** A message of a topic, event or not; for a batch that cannot be decoded, its last offset. */
export interface TopicMessage {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Tail {
  /** The ends of the topic when the tail began. */
  readonly ends: TopicEnds;
  close(): Promise<void>;
}

/** Watches the events of a topic without disturbing any consumer group; resolves once it is watching, and rejects when it cannot. */
export function tailEvents(options: TailOptions): Promise<Tail> {
  return tail(options, (message) => {
    const { value, offset } = message;
    const undecodable = undecodableIn(message);
    if (undecodable) {
      options.log.warn({ ...undecodable, offset }, 'skipped a batch that cannot be decoded');
      return;
    }
    try {
      options.onEvent(parseEvent(value));
    } catch (error) {
      if (!(error instanceof MalformedEvent)) throw error;
      options.log.warn({ reason: error.message, offset }, 'passed over a malformed message');
    }
  });
}

/** Watches whatever a topic holds, as {@link tailEvents} does events. */
export function tailMessages(
  options: TailSettings & { readonly onMessage: (message: TopicMessage) => void },
): Promise<Tail> {
  return tail(options, ({ key, value, offset, headers = {} }, partition) => {
    options.onMessage({
      ...{ partition, offset: Number(offset) },
      ...{ key: key?.toString() ?? null, value, headers: plainHeaders(headers) },
    });
  });
}

async function tail(
  options: TailSettings,
  onMessage: (message: KafkaMessage, partition: number) => void,
): Promise<Tail> {
  const { topic, fromNow } = options;
  const group = createOwnGroup(options, 'tail');
  const { consumer } = group;
  try {
    const ends = await group.admin.topicOffsets(topic);
    consumer.on(consumer.events.CRASH, ({ payload }) => options.onLost?.(payload.error.message));
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) =>
      options.onPassed?.(partition, Number(lastOffset) + 1),
    );
    await group.run({
      topic,
      onMessage,
      until(joined) {
        let hasJoined = false;
        consumer.on(consumer.events.GROUP_JOIN, () => {
          if (hasJoined) options.onLost?.('its consumer joined its group again');
          hasJoined = true;
          // Before the first fetch.
          if (fromNow) for (const { partition, offset } of ends) consumer.seek({ topic, partition, offset });
          joined();
        });
      },
    });
    return { ends: topicEndsOf(ends), close: group.close };
  } catch (error) {
    await group.close().catch((failure: unknown) => {
      options.log.debug({ err: failure }, 'the consumer that could not begin was not closed in order');
    });
    throw error;
  }
}

/** The offset after the last message of each partition. */
export async function endOffsets(
  settings: KafkaSettings & { readonly topic: string },
): Promise<ReadonlyMap<number, number>> {
  const admin = createAdminConnection(() => createKafkaClient(settings, { retries: 3 }).admin());
  try {
    const ends = await admin.topicOffsets(settings.topic);
    return new Map(ends.map(({ partition, high }) => [partition, Number(high)]));
  } finally {
    await admin.close();
  }
}
