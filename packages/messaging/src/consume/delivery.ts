import type { EachBatchPayload, IHeaders, KafkaMessage } from 'kafkajs';
import { crashPoint } from '../crash-points/crash-point';
import type { ReceivedMessage } from '../dead-letters/dead-letters';
import { undecodableIn } from '../kafka/records/fetched-record';

/** How many keys of one partition are handled concurrently, and how many messages of a key are processed as one batch. */
const KEYS_AT_ONCE = 8;
const BATCH_SIZE = 32;
/** The largest instant of a Date, in milliseconds since the epoch. */
const LATEST_MS = 8_640_000_000_000_000;

export interface Delivery {
  /** Processes messages of one key as one batch where that is possible, and resolves to those that are done. Never rejects. */
  processBatch(run: readonly ReceivedMessage[]): Promise<ReadonlySet<ReceivedMessage>>;
  /** Processes any other message. Resolves to false when it gave up because `goesOn` returned false. */
  deliver(message: ReceivedMessage, goesOn: () => boolean): Promise<boolean>;
}

/**
 * Processes the messages of a batch: those of one key strictly in order, different keys concurrently, with heartbeats meanwhile.
 * Resolves once the offset up to which all messages are finished is committed; kafkajs then has nothing left to commit. When
 * `deliver` or the group membership fails, the rest of the batch is left for the next owner of the partition.
 */
export async function deliverBatch(payload: EachBatchPayload, { processBatch, deliver }: Delivery): Promise<void> {
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
      for (let start = 0; start < chain.length; start += BATCH_SIZE) {
        if (!goesOn()) return;
        const run = chain
          .slice(start, start + BATCH_SIZE)
          .map((message) => received(batch.topic, batch.partition, message));
        const done = await processBatch(run);
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
    // Without offsets it commits nothing: the consumer has neither an interval nor a threshold for it.
    await payload.commitOffsetsIfNecessary(payload.uncommittedOffsets());
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
  const publishedAt = Number(message.timestamp);
  return {
    topic,
    partition,
    offset: message.offset,
    key: message.key?.toString('utf8') ?? null,
    value: message.value,
    headers: plainHeaders(message.headers ?? {}),
    // A producer may leave the time out, and no signature covers it.
    ...(publishedAt > 0 && publishedAt <= LATEST_MS && { publishedAt }),
    ...(undecodable && { undecodable }),
  };
}

export function plainHeaders(headers: IHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(Array.isArray(value) ? value[0] : value)]),
  );
}
