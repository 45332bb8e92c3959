import { complement, orderKey } from '../bson/order';
import type { BsonDocument } from '../bson/values';
import { CommandError } from '../errors';
import { own, splitPath, valuesAt } from '../query/paths';
import type { IndexSpec } from './index-spec';
import { OrderedList } from './ordered-list';
import type { StoredDocument } from './stored-document';

interface MovedKeys {
  readonly old: readonly string[];
  readonly next: readonly string[];
}

/** Keys of a collection's documents in the index's order. */
export class Index {
  readonly entries = new OrderedList();
  /** The first part of each path: where an update left it alone, the keys are the same. */
  readonly #roots: readonly string[];
  /** How many documents have an array at a path: of them the index has several keys. */
  readonly #arrays = new Map<string, number>();

  constructor(readonly spec: IndexSpec) {
    this.#roots = spec.fields.map(({ path }) => splitPath(path)[0] ?? '');
  }

  get isMultikey(): boolean {
    return [...this.#arrays.values()].some((count) => count > 0);
  }

  isMultikeyAt(path: string): boolean {
    return (this.#arrays.get(path) ?? 0) > 0;
  }

  add(document: StoredDocument, keys = this.keysOf(document.version.fields)): void {
    this.#countArrays(document, keys, 1);
    for (const key of keys) this.entries.add({ key, document });
  }

  remove(document: StoredDocument, keys = this.keysOf(document.version.fields)): void {
    this.#countArrays(document, keys, -1);
    for (const key of keys) this.entries.remove(key, document.number);
  }

  /** The keys of a document before and after a change; undefined where they are the same. Throws when the new one can have none. */
  movedKeys(before: BsonDocument, after: BsonDocument): MovedKeys | undefined {
    if (this.#roots.every((name) => Object.is(own(before, name), own(after, name)))) return undefined;
    const [old, next] = [this.keysOf(before), this.keysOf(after)];
    const isSame = old.length === next.length && old.every((key, index) => key === next[index]);
    return isSame ? undefined : { old, next };
  }

  /** The keys of a document. Throws when it has arrays at two of the index's paths. */
  keysOf(document: BsonDocument): readonly string[] {
    const perField = this.spec.fields.map(({ path }) => indexedValues(document, path));
    if (this.spec.sparse && perField.every((values) => values.every((value) => value === undefined))) return [];
    if (perField.filter((values) => values.length > 1).length > 1)
      throw new CommandError(171, `cannot index parallel arrays in the index ${this.spec.name}`);
    let keys = [''];
    this.spec.fields.forEach(({ direction }, field) => {
      const parts = (perField[field] ?? []).map((value) =>
        direction === 1 ? orderKey(value) : complement(orderKey(value)),
      );
      keys = keys.flatMap((prefix) => parts.map((part) => prefix + part));
    });
    return keys.length > 1 ? [...new Set(keys)] : keys;
  }

  #countArrays({ version }: StoredDocument, keys: readonly string[], change: 1 | -1): void {
    if (keys.length < 2) return;
    for (const { path } of this.spec.fields)
      if (indexedValues(version.fields, path).length > 1)
        this.#arrays.set(path, (this.#arrays.get(path) ?? 0) + change);
  }
}

/** What of a document an index holds for a path: the elements of an array, or null for an empty one. */
function indexedValues(document: BsonDocument, path: string): readonly unknown[] {
  const values = valuesAt(document, path);
  if (values.length === 1 && !Array.isArray(values[0])) return values;
  const flat = values.flatMap((value: unknown): readonly unknown[] =>
    Array.isArray(value) ? (value.length === 0 ? [null] : value) : [value],
  );
  return flat.length === 0 ? [undefined] : flat;
}
