import { AFTER_ALL, complement, orderKey } from '../bson/order-key';
import type { BsonDocument } from '../bson/values';
import { CommandError } from '../errors';
import { compileFilter, type Matcher } from '../query/matcher';
import { valueAt, valuesAt } from '../query/paths';
import { patternOf, type IndexSpec } from './index-spec';
import { OrderedList } from './ordered-list';
import type { StoredDocument } from './stored-document';

const REQUIRED_MATCH: Matcher = () => true;

/** Keys of a collection's documents in the index's order, and what makes a key unique. */
export class SecondaryIndex {
  readonly entries = new OrderedList();
  readonly #isIncluded: Matcher;
  /** How many documents have an array at a path: of them the index has several keys. */
  readonly #arrays = new Map<string, number>();
  /** The keys of the two versions that were asked for last: a write compares the old with the new, checks, removes and adds. */
  #known: readonly { readonly version: BsonDocument; readonly keys: readonly string[] }[] = [];

  constructor(
    readonly spec: IndexSpec,
    private readonly collection: { readonly namespace: string },
  ) {
    this.#isIncluded = spec.partialFilter ? compileFilter(spec.partialFilter) : REQUIRED_MATCH;
  }

  get isMultikey(): boolean {
    return [...this.#arrays.values()].some((count) => count > 0);
  }

  isMultikeyAt(path: string): boolean {
    return (this.#arrays.get(path) ?? 0) > 0;
  }

  add(document: StoredDocument): void {
    const keys = this.#keysOf(document.version);
    this.#countArrays(document.version, keys, 1);
    for (const key of keys) this.entries.add({ key, document });
  }

  remove(document: StoredDocument, version: BsonDocument): void {
    const keys = this.#keysOf(version);
    this.#countArrays(version, keys, -1);
    for (const key of keys) this.entries.remove(key, document.number);
  }

  /** Throws E11000 when another document than `own` already has one of the keys of this version. */
  assertUnique(version: BsonDocument, own?: StoredDocument): void {
    const keys = this.#keysOf(version);
    if (!this.spec.unique) return;
    for (const key of keys) {
      const holder = this.entries.first(key, key);
      if (holder && holder.document !== own) throw this.#duplicate(version);
    }
  }

  /** Whether two versions have the same keys, so that the index need not change. */
  isUnaffected(before: BsonDocument, after: BsonDocument): boolean {
    const old = this.#keysOf(before);
    const next = this.#keysOf(after);
    return old.length === next.length && old.every((key, index) => key === next[index]);
  }

  #keysOf(version: BsonDocument): readonly string[] {
    const known = this.#known.find((one) => one.version === version);
    if (known) return known.keys;
    const keys = this.#newKeysOf(version);
    const [last] = this.#known;
    this.#known = last ? [{ version, keys }, last] : [{ version, keys }];
    return keys;
  }

  #newKeysOf(version: BsonDocument): readonly string[] {
    if (!this.#isIncluded(version)) return [];
    const perField = this.spec.fields.map(({ path }) => indexedValues(version, path));
    if (this.spec.sparse && perField.every((values) => values.every((value) => value === undefined))) return [];
    const arrays = perField.filter((values) => values.length > 1).length;
    if (arrays > 1)
      throw new CommandError(
        171,
        `cannot index parallel arrays in the index ${this.spec.name} of ${this.collection.namespace}`,
      );
    let keys = [''];
    this.spec.fields.forEach(({ direction }, field) => {
      const parts = (perField[field] ?? []).map((value) => fieldKey(value, direction));
      keys = keys.flatMap((prefix) => parts.map((part) => prefix + part));
    });
    return keys.length > 1 ? [...new Set(keys)] : keys;
  }

  #countArrays(version: BsonDocument, keys: readonly string[], change: 1 | -1): void {
    if (keys.length < 2) return;
    for (const { path } of this.spec.fields)
      if (indexedValues(version, path).length > 1) this.#arrays.set(path, (this.#arrays.get(path) ?? 0) + change);
  }

  #duplicate(version: BsonDocument): CommandError {
    const keyValue = Object.fromEntries(this.spec.fields.map(({ path }) => [path, valueAt(version, path) ?? null]));
    return duplicateKey(this.collection.namespace, this.spec, keyValue);
  }
}

export function duplicateKey(namespace: string, spec: IndexSpec, keyValue: BsonDocument): CommandError {
  const fields = Object.entries(keyValue).map(([path, value]) => `${path}: ${JSON.stringify(value)}`);
  return new CommandError(
    11000,
    `E11000 duplicate key error collection: ${namespace} index: ${spec.name} dup key: { ${fields.join(', ')} }`,
    { keyPattern: patternOf(spec), keyValue },
  );
}

export const fieldKey = (value: unknown, direction: 1 | -1): string =>
  direction === 1 ? orderKey(value) : complement(orderKey(value));

export const upTo = (key: string): string => key + AFTER_ALL;

/** What of a document an index holds for a path: the elements of an array, or null for an empty one. */
function indexedValues(version: BsonDocument, path: string): readonly unknown[] {
  const values = valuesAt(version, path);
  if (values.length === 1 && !Array.isArray(values[0])) return values;
  const flat = values.flatMap((value: unknown): readonly unknown[] =>
    Array.isArray(value) ? (value.length === 0 ? [null] : value) : [value],
  );
  return flat.length === 0 ? [undefined] : flat;
}
