import type { EachBatchPayload, IHeaders, KafkaMessage } from 'kafkajs';
import { crashPoint } from './crash-points/crash-point';
import type { ReceivedMessage } from './dead-letters';
import { undecodableIn } from './records/fetched-record';

/** How many keys of one partition are worked on side by side, and how many messages of a key are looked at together. */
const KEYS_AT_ONCE = 8;
const MESSAGES_TOGETHER = 32;

export interface Delivery {
  /** Does at once what can be done at once of messages of one key, and resolves to those that are done with. Never rejects. */
  together(run: readonly ReceivedMessage[]): Promise<ReadonlySet<ReceivedMessage>>;
  /** Deals with any other message. Resolves to false when it gave up as `goesOn` turned false. */
  deliver(message: ReceivedMessage, goesOn: () => boolean): Promise<boolean>;
}

/**
 * Hands on the messages of a batch: those of one key strictly in order, different keys side by side, and
 * marks as done only what an unbroken run of finished messages covers. Heartbeats go on meanwhile. When `deliver` or
 * the group membership fails, the rest of the batch is left for the next owner of the partition.
 */
export async function deliverBatch(payload: EachBatchPayload, { together, deliver }: Delivery): Promise<void> {
  const { batch } = payload;
  const finished = new Set<string>();
  const failures: unknown[] = [];
  const goesOn = (): boolean => failures.length === 0 && payload.isRunning() && !payload.isStale();

  const heartbeats = setInterval(() => {
    payload.heartbeat().catch((error: unknown) => failures.push(error));
  }, 500);
  const chains = [...chainsByKey(batch.messages).values()];
  const work = async (): Promise<void> => {
    for (let chain = chains.shift(); chain; chain = chains.shift())
      for (let start = 0; start < chain.length; start += MESSAGES_TOGETHER) {
        if (!goesOn()) return;
        const run = chain
          .slice(start, start + MESSAGES_TOGETHER)
          .map((message) => received(batch.topic, batch.partition, message));
        const done = await together(run);
        for (const message of run) {
          if (!goesOn()) return;
          try {
            if (!done.has(message) && !(await deliver(message, goesOn))) return;
            finished.add(message.offset);
          } catch (error) {
            failures.push(error);
          }
        }
      }
  };
  try {
    await Promise.all(Array.from({ length: KEYS_AT_ONCE }, work));
  } finally {
    clearInterval(heartbeats);
  }
  const lastFinished = lastOfUnbrokenRun(batch.messages, finished);
  if (lastFinished !== undefined) {
    payload.resolveOffset(lastFinished);
    crashPoint('consumer.before-commit');
    await payload.commitOffsetsIfNecessary();
    crashPoint('consumer.after-commit');
  }
  if (failures.length > 0) throw failures[0];
}

function chainsByKey(messages: readonly KafkaMessage[]): Map<string, KafkaMessage[]> {
  const chains = new Map<string, KafkaMessage[]>();
  for (const message of messages) {
    const key = message.key?.toString('hex') ?? 'no key';
    const chain = chains.get(key);
    if (chain) chain.push(message);
    else chains.set(key, [message]);
  }
  return chains;
}

function lastOfUnbrokenRun(messages: readonly KafkaMessage[], finished: ReadonlySet<string>): string | undefined {
  let last: string | undefined;
  for (const { offset } of messages) {
    if (!finished.has(offset)) break;
    last = offset;
  }
  return last;
}

export function received(topic: string, partition: number, message: KafkaMessage): ReceivedMessage {
  const undecodable = undecodableIn(message);
  return {
    topic,
    partition,
    offset: message.offset,
    key: message.key?.toString('utf8') ?? null,
    value: message.value,
    headers: plainHeaders(message.headers ?? {}),
    publishedAt: Number(message.timestamp),
    ...(undecodable && { undecodable }),
  };
}

export function plainHeaders(headers: IHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(Array.isArray(value) ? value[0] : value)]),
  );
}
