import { ParkingConflict, type KeyRecord, type ParkedKeys } from '../src/dead-letters/parking';
import type { OutgoingMessage, Publisher } from '../src/publish/publisher';
import type { ReceivedMessage } from '../src/dead-letters/dead-letters';
import { deadLetterIn, type DeadLetter } from '../src/dead-letters/dead-letters';

export const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Keeps records as the database does, for tests of what is decided about them. */
export function parkedKeysInMemory(): ParkedKeys & { of(partition: number, key: string): KeyRecord | undefined } {
  const records = new Map<string, KeyRecord>();
  const idOf = (consumer: string, partition: number, key: string) => `${consumer}/${String(partition)}/${key}`;
  return {
    find: (consumer, partition, keys) =>
      Promise.resolve(keys.flatMap((key) => records.get(idOf(consumer, partition, key)) ?? [])),
    save(before, after) {
      const id = idOf(after.consumer, after.partition, after.key);
      if (records.get(id)?.revision !== before?.revision) return Promise.reject(new ParkingConflict(id));
      records.set(id, after);
      return Promise.resolve();
    },
    count: () => Promise.resolve([...records.values()].filter(({ state }) => state === 'parked').length),
    of: (partition, key) => records.get(idOf('page', partition, key)),
  };
}

/** A broker's topics, as far as one partition of each goes. */
export function topicsInMemory(): Publisher & {
  messages(topic: string): readonly ReceivedMessage[];
  deadLetters(): DeadLetter[];
} {
  const topics = new Map<string, ReceivedMessage[]>();
  const messages = (topic: string): ReceivedMessage[] => {
    const found = topics.get(topic) ?? [];
    topics.set(topic, found);
    return found;
  };
  return {
    messages,
    deadLetters: () => messages('rentalbook.dlq').flatMap((message) => deadLetterIn(message) ?? []),
    publish(topic, outgoing: readonly OutgoingMessage[]) {
      const log = messages(topic);
      for (const { key, value, headers } of outgoing) {
        const bytes = typeof value === 'string' ? Buffer.from(value) : value;
        log.push({ topic, partition: 0, offset: String(log.length), key, value: bytes, headers });
      }
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
