import type { KeyRecord, ParkedKeys } from '../dead-letters/parking';

/** The records of the keys of one batch: read in one query, and kept up to date with what this batch changes. */
export interface ParkedKeyCache {
  get(key: string): Promise<KeyRecord | undefined>;
  set(key: string, record: KeyRecord | undefined): void;
  /** Another process changed the record, or the fate of our write is unknown: the next `get` reads it again. */
  invalidate(key: string): void;
}

/** Of each partition; beyond it, all of them are read again. */
const FREE_KEYS_AT_MOST = 10_000;

/**
 * The keys of the partitions of this consumer that have no record. The owner of a partition alone makes records, and commands of an
 * operator change those that exist, so that a key stays free until this consumer makes its record, or joins its group again.
 */
export function freeKeysByPartition() {
  const partitions = new Map<number, Set<string>>();
  return {
    of(partition: number): Set<string> {
      const known = partitions.get(partition);
      if (known && known.size < FREE_KEYS_AT_MOST) return known;
      const keys = new Set<string>();
      partitions.set(partition, keys);
      return keys;
    },
    /** To be called when the partitions may have had another owner. */
    clear(): void {
      partitions.clear();
    },
  };
}

export function parkedKeyCache(
  parkedKeys: ParkedKeys,
  consumer: string,
  partition: number,
  keys: readonly string[],
  free = new Set<string>(),
): ParkedKeyCache {
  let first: Promise<readonly KeyRecord[]> | undefined;
  const known = new Map<string, KeyRecord | undefined>();
  const invalidated = new Set<string>();

  const load = async (key: string): Promise<KeyRecord | undefined> => {
    if (invalidated.has(key)) return (await parkedKeys.find(consumer, partition, [key]))[0];
    first ??= parkedKeys.find(
      consumer,
      partition,
      keys.filter((one) => !free.has(one)),
    );
    try {
      return (await first).find((record) => record.key === key);
    } catch (error) {
      first = undefined;
      throw error;
    }
  };
  const set = (key: string, record: KeyRecord | undefined): void => {
    known.set(key, record);
    if (record) free.delete(key);
    else free.add(key);
  };
  return {
    async get(key) {
      if (known.has(key)) return known.get(key);
      if (free.has(key)) return undefined;
      const record = await load(key);
      set(key, record);
      return record;
    },
    set,
    invalidate(key) {
      known.delete(key);
      free.delete(key);
      invalidated.add(key);
    },
  };
}
