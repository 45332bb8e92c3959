import { CommandError } from '../errors';
import { Collection } from './collection';
import { parseIndexSpec } from './index-spec';
import type { Journal } from './journal';

/** Every collection of every database. */
export class Store {
  readonly #collections = new Map<string, Collection>();
  #lastDocument = 0;
  #lastCollection = 0;
  readonly #nextDocument = (): number => (this.#lastDocument += 1);

  constructor(private readonly journal: Journal) {
    const byNumber = new Map<number, Collection>();
    for (const { number, namespace, indexes } of journal.collections()) {
      const collection = new Collection(number, namespace, journal, this.#nextDocument);
      for (const index of indexes) collection.createIndex(parseIndexSpec(index));
      this.#collections.set(namespace, collection);
      byNumber.set(number, collection);
      this.#lastCollection = Math.max(this.#lastCollection, number);
    }
    for (const { number, collection, version } of journal.documents()) {
      byNumber.get(collection)?.restore(number, version);
      this.#lastDocument = Math.max(this.#lastDocument, number);
    }
  }

  get(namespace: string): Collection | undefined {
    return this.#collections.get(namespace);
  }

  all(): readonly Collection[] {
    return [...this.#collections.values()];
  }

  inDatabase(database: string): readonly Collection[] {
    return this.all().filter(({ namespace }) => namespace.startsWith(`${database}.`));
  }

  /** The collection of that name, made when it does not exist. */
  obtain(namespace: string): Collection {
    const existing = this.#collections.get(namespace);
    if (existing) return existing;
    const collection = new Collection((this.#lastCollection += 1), namespace, this.journal, this.#nextDocument);
    this.#collections.set(namespace, collection);
    collection.record();
    return collection;
  }

  drop(collection: Collection): void {
    this.#collections.delete(collection.namespace);
    this.journal.removeCollection(collection.number);
  }
}

const MAX_NAMESPACE_BYTES = 255;

/** The namespace of a collection. Throws for a name that MongoDB does not allow, and for collections of the system. */
export function namespaceOf(database: string, name: string): string {
  const namespace = `${database}.${name}`;
  const isWrong =
    name === '' ||
    name.startsWith('.') ||
    name.startsWith('system.') ||
    /[$\0]/.test(name) ||
    !/^[^/\\. "$*<>:|?\0]+$/.test(database) ||
    Buffer.byteLength(namespace) > MAX_NAMESPACE_BYTES;
  if (isWrong) throw new CommandError(73, `Invalid namespace: '${namespace}'`);
  return namespace;
}
