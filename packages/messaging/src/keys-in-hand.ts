import type { KeyRecord, ParkedKeys } from './parking';

/** What is on record about the keys of one batch: asked for once, and kept up to date with what this batch changes. */
export interface KeysInHand {
  of(key: string): Promise<KeyRecord | undefined>;
  put(key: string, record: KeyRecord | undefined): void;
  /** Somebody else changed it, or it is not known whether we did: look again. */
  forget(key: string): void;
}

export function keysInHand(
  parkedKeys: ParkedKeys,
  consumer: string,
  partition: number,
  keys: readonly string[],
): KeysInHand {
  let first: Promise<readonly KeyRecord[]> | undefined;
  const known = new Map<string, KeyRecord | undefined>();
  const forgotten = new Set<string>();

  const load = async (key: string): Promise<KeyRecord | undefined> => {
    if (forgotten.has(key)) return (await parkedKeys.find(consumer, partition, [key]))[0];
    first ??= parkedKeys.find(consumer, partition, keys);
    try {
      return (await first).find((record) => record.key === key);
    } catch (error) {
      first = undefined;
      throw error;
    }
  };
  return {
    async of(key) {
      if (known.has(key)) return known.get(key);
      const record = await load(key);
      known.set(key, record);
      return record;
    },
    put(key, record) {
      known.set(key, record);
    },
    forget(key) {
      known.delete(key);
      forgotten.add(key);
    },
  };
}
