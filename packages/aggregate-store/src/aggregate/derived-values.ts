import { LRUCache } from 'lru-cache';
import { trusted } from 'mongoose';
import type { AggregateDocument, AggregateModel } from './aggregate-document';

/** A key and the bookkeeping of one entry, in bytes. */
const ENTRY_BYTES = 300;

export interface DerivedValuesOptions<State, Value> {
  readonly derive: (state: State) => Value;
  /** Bytes of heap for the values. */
  readonly maxBytes: number;
  readonly bytesOf: (value: Value) => number;
}

interface Derived<Value> {
  readonly revision: number;
  readonly value: Value;
}

/**
 * Values that are derived from the states of aggregates, kept while the revision of the document stays. A read of any number
 * of keys is one query for their revisions, and one more only for the documents that changed since: its cost does not
 * grow with the states. A value is never older than the document was when the read began, whichever replica wrote it.
 */
export function createDerivedValues<State, Value>(
  model: AggregateModel,
  { derive, maxBytes, bytesOf }: DerivedValuesOptions<State, Value>,
) {
  const kept = new LRUCache<string, Derived<Value>>({
    maxSize: maxBytes,
    sizeCalculation: ({ value }) => ENTRY_BYTES + bytesOf(value),
  });
  const loading = new Map<string, Promise<ReadonlyMap<string, Derived<Value>>>>();

  const load = async (keys: readonly string[]): Promise<ReadonlyMap<string, Derived<Value>>> => {
    const found = await model
      .find({ _id: trusted({ $in: [...keys] }) }, { revision: 1, state: 1 })
      .lean<Pick<AggregateDocument<State>, '_id' | 'revision' | 'state'>[]>();
    const loaded = new Map(found.map(({ _id, revision, state }) => [_id, { revision, value: derive(state) }]));
    for (const [key, derived] of loaded)
      if (derived.revision >= (kept.peek(key)?.revision ?? 0)) kept.set(key, derived);
    return loaded;
  };

  /** Concurrent reads of one document share a query. */
  const loadTogether = async (keys: readonly string[]): Promise<ReadonlyMap<string, Derived<Value>>> => {
    const missing = keys.filter((key) => !loading.has(key));
    if (missing.length > 0) {
      const started = load(missing).finally(() => {
        for (const key of missing) loading.delete(key);
      });
      for (const key of missing) loading.set(key, started);
    }
    const queries = new Set(keys.flatMap((key) => loading.get(key) ?? []));
    return new Map((await Promise.all([...queries])).flatMap((part) => [...part]));
  };

  /** Of several aggregates; those that nothing is known of are missing. */
  return async (keys: readonly string[]): Promise<ReadonlyMap<string, Value>> => {
    const current = await model
      .find({ _id: trusted({ $in: [...keys] }) }, { revision: 1 })
      .lean<Pick<AggregateDocument, '_id' | 'revision'>[]>();
    const values = new Map<string, Value>();
    let stale = new Map(current.map(({ _id, revision }) => [_id, revision]));
    const takeFrom = (source: { get(key: string): Derived<Value> | undefined }): void => {
      stale = new Map(
        [...stale].filter(([key, revision]) => {
          const derived = source.get(key);
          if (!derived || derived.revision < revision) return true;
          values.set(key, derived.value);
          return false;
        }),
      );
    };
    takeFrom(kept);
    while (stale.size > 0) {
      const keys = [...stale.keys()];
      const loadedHere = keys.filter((key) => !loading.has(key));
      const loaded = await loadTogether(keys);
      // A load that begins here finds what there is now, which is nothing where the document was removed since.
      for (const key of loadedHere) {
        const derived = loaded.get(key);
        if (derived) values.set(key, derived.value);
        stale.delete(key);
      }
      // A query that another read began earlier may have found an older document: then one more is made.
      takeFrom(loaded);
    }
    return values;
  };
}
