import type { OutgoingMessage, Publisher } from './publisher';
import { deadLetterTopicOf } from './topics';

export interface ReceivedMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface DeadLetterReason {
  readonly consumer: string;
  readonly reason: string;
  readonly attempts: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** Sets a message aside, unchanged, with why, where it came from and how often it was tried. Resolves once it is safe. */
export async function setAside(publisher: Publisher, message: ReceivedMessage, why: DeadLetterReason): Promise<void> {
  const letter: OutgoingMessage = {
    key: message.key ?? '',
    value: message.value,
    headers: {
      ...message.headers,
      'dlq-reason': why.reason,
      'dlq-consumer': why.consumer,
      'dlq-topic': message.topic,
      'dlq-partition': String(message.partition),
      'dlq-offset': message.offset,
      'dlq-attempts': String(why.attempts),
      'dlq-first-at': why.firstAt.toISOString(),
      'dlq-last-at': why.lastAt.toISOString(),
    },
  };
  await publisher.publish(deadLetterTopicOf(message.topic), [letter]);
}
