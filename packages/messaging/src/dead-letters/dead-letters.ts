import type { ParkingCause } from './parking';
import type { UndecodableBatch } from '../kafka/records/fetched-record';
import { MessageRefused, type OutgoingMessage, type Publisher } from '../publish/publisher';
import { deadLetterTopicOf } from '../kafka/topic-names';

export interface ReceivedMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** When its publisher sent it, in milliseconds since the epoch; missing where the message names no instant. */
  readonly publishedAt?: number;
  /** Set for a whole batch that cannot be decoded: the value is its bytes, the offset its last one. */
  readonly undecodable?: UndecodableBatch;
}

export interface DeadLetterReason {
  readonly consumer: string;
  /** "behind": nothing is wrong with it, but an earlier message of its key is parked. */
  readonly cause: ParkingCause | 'behind';
  readonly reason: string;
  readonly attempts: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** A message that could not be handled, with its origin and the reason. */
export interface DeadLetter extends DeadLetterReason {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Set for a batch that cannot be decoded: the first of its offsets, of which `offset` is the last. */
  readonly firstOffset: number | undefined;
  readonly key: string;
  /** For a batch that cannot be decoded, the bytes of the whole batch. */
  readonly value: Buffer | null;
  /** The size of a value that was too large for the dead-letter topic; only the original message has it. */
  readonly omittedBytes: number | undefined;
  /** The headers that the message had of its own. */
  readonly headers: Readonly<Record<string, string>>;
}

const PREFIX = 'dlq-';
const named = (name: string): string => `${PREFIX}${name}`;

/**
 * Copies a message, unchanged, to the dead-letter topic, with its origin, the reason and the number of attempts. Resolves
 * once it is acknowledged. After a crash it may be there twice; partition and offset identify it.
 */
export async function publishDeadLetter(
  publisher: Publisher,
  message: ReceivedMessage,
  why: DeadLetterReason,
): Promise<void> {
  const topic = deadLetterTopicOf(message.topic);
  const deadLetter: OutgoingMessage = {
    key: message.key ?? '',
    value: message.value,
    headers: {
      ...message.headers,
      [named('cause')]: why.cause,
      [named('reason')]: why.reason,
      [named('consumer')]: why.consumer,
      [named('topic')]: message.topic,
      [named('partition')]: String(message.partition),
      [named('offset')]: message.offset,
      ...(message.undecodable && { [named('first-offset')]: String(message.undecodable.firstOffset) }),
      [named('attempts')]: String(why.attempts),
      [named('first-at')]: why.firstAt.toISOString(),
      [named('last-at')]: why.lastAt.toISOString(),
    },
  };
  try {
    await publisher.publish(topic, [deadLetter]);
  } catch (error) {
    if (!(error instanceof MessageRefused)) throw error;
    // With our headers it is larger than the broker takes. The original stays where it is as long as the topic keeps it.
    const omitted = { [named('omitted-bytes')]: String(message.value?.length ?? 0) };
    await publisher.publish(topic, [{ ...deadLetter, value: null, headers: { ...deadLetter.headers, ...omitted } }]);
  }
}

/** The dead letter in a message of the dead-letter topic; undefined for a message that no consumer of ours wrote. */
export function deadLetterIn(message: ReceivedMessage): DeadLetter | undefined {
  const field = (name: string): string => message.headers[named(name)] ?? '';
  const cause = field('cause');
  if (!isCause(cause) || field('consumer') === '') return undefined;
  const number = (name: string): number | undefined => {
    const text = message.headers[named(name)];
    return text === undefined ? undefined : Number(text);
  };
  return {
    cause,
    consumer: field('consumer'),
    reason: field('reason'),
    attempts: Number(field('attempts')),
    firstAt: new Date(field('first-at')),
    lastAt: new Date(field('last-at')),
    topic: field('topic'),
    partition: Number(field('partition')),
    offset: Number(field('offset')),
    firstOffset: number('first-offset'),
    key: message.key ?? '',
    value: message.value,
    omittedBytes: number('omitted-bytes'),
    headers: Object.fromEntries(Object.entries(message.headers).filter(([name]) => !name.startsWith(PREFIX))),
  };
}

const causes: readonly string[] = [
  'malformed',
  'forged',
  'undecodable',
  'gap',
  'failing',
  'behind',
] satisfies DeadLetterReason['cause'][];
const isCause = (text: string): text is DeadLetterReason['cause'] => causes.includes(text);
