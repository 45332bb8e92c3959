import type { KeyRecord, ParkedKeys } from '../dead-letters/parking';

/** The records of the keys of one batch: read in one query, and kept up to date with what this batch changes. */
export interface ParkedKeyCache {
  get(key: string): Promise<KeyRecord | undefined>;
  set(key: string, record: KeyRecord | undefined): void;
  /** Another process changed the record, or the fate of our write is unknown: the next `get` reads it again. */
  invalidate(key: string): void;
}

export function parkedKeyCache(
  parkedKeys: ParkedKeys,
  consumer: string,
  partition: number,
  keys: readonly string[],
): ParkedKeyCache {
  let first: Promise<readonly KeyRecord[]> | undefined;
  const known = new Map<string, KeyRecord | undefined>();
  const invalidated = new Set<string>();

  const load = async (key: string): Promise<KeyRecord | undefined> => {
    if (invalidated.has(key)) return (await parkedKeys.find(consumer, partition, [key]))[0];
    first ??= parkedKeys.find(consumer, partition, keys);
    try {
      return (await first).find((record) => record.key === key);
    } catch (error) {
      first = undefined;
      throw error;
    }
  };
  return {
    async get(key) {
      if (known.has(key)) return known.get(key);
      const record = await load(key);
      known.set(key, record);
      return record;
    },
    set(key, record) {
      known.set(key, record);
    },
    invalidate(key) {
      known.delete(key);
      invalidated.add(key);
    },
  };
}
