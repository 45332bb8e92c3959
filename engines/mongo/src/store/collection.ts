import { NULL_KEY, orderKey } from '../bson/order';
import { BSONRegExp, EncodedDocument, MAX_DOCUMENT_BYTES, ObjectId, typeName, type BsonDocument } from '../bson/values';
import { CommandError } from '../errors';
import { boundsOf } from '../query/bounds';
import { compileFilter, type Filter } from '../query/filter';
import { planScan, type Plan } from '../query/planner';
import { sortBy, type SortField } from '../query/sort';
import { Index } from './index';
import { describeIndex, ID_INDEX, sameIndex, type IndexSpec } from './index-spec';
import type { Journal } from './journal';
import type { StoredDocument } from './stored-document';

export interface Selection {
  readonly filter: Filter;
  readonly sort?: readonly SortField[];
  /** At most so many; all when undefined. */
  readonly limit?: number | undefined;
}

/**
 * The documents of one namespace, in memory, with their indexes. A change is made in memory and recorded in the journal
 * at once, or not at all; it may be acknowledged when the journal has settled.
 */
export class Collection {
  readonly #byId = new Map<string, StoredDocument>();
  /** The same in the order of ids: a page that goes on after an id costs what it holds. */
  readonly #inOrder = new Index(ID_INDEX);
  readonly #indexes = new Map<string, Index>();

  constructor(
    readonly number: number,
    readonly namespace: string,
    private readonly journal: Journal,
    private readonly nextNumber: () => number,
  ) {}

  /** How many documents there are. */
  get size(): number {
    return this.#byId.size;
  }

  get indexes(): readonly IndexSpec[] {
    return [ID_INDEX, ...[...this.#indexes.values()].map(({ spec }) => spec)];
  }

  /** Puts back a document that the journal already has. */
  restore(number: number, version: EncodedDocument): void {
    const document = { number, idKey: orderKey(version.fields['_id']), version };
    this.#byId.set(document.idKey, document);
    for (const index of [this.#inOrder, ...this.#indexes.values()]) index.add(document);
  }

  select({ filter, sort = [], limit = Infinity }: Selection): readonly StoredDocument[] {
    const { candidates, isSorted } = this.#plan(filter.conditions, sort);
    const inOrder = sort.length === 0 || isSorted;
    const found: StoredDocument[] = [];
    for (const document of candidates) {
      if (inOrder && found.length >= limit) break;
      if (filter.matches(document.version.fields)) found.push(document);
    }
    return inOrder ? found : sortBy(found, sort, ({ version }) => version.fields).slice(0, limit);
  }

  /** Returns the id. */
  insert(given: BsonDocument): unknown {
    const fields = withIdFirst(given);
    const { _id } = fields;
    const idKey = orderKey(_id);
    if (this.#byId.has(idKey)) throw this.#duplicate(_id);
    const entries = [...this.#indexes.values()].map((index) => ({ index, keys: index.keysOf(fields) }));
    const version = sized(fields);
    const document: StoredDocument = { number: this.nextNumber(), idKey, version };
    this.#byId.set(idKey, document);
    this.#inOrder.add(document, [idKey]);
    for (const { index, keys } of entries) index.add(document, keys);
    this.journal.saveDocument(document.number, this.number, version.bytes);
    return _id;
  }

  replace(document: StoredDocument, fields: BsonDocument): void {
    const before = document.version.fields;
    const moves = [...this.#indexes.values()].flatMap((index) => {
      const keys = index.movedKeys(before, fields);
      return keys ? { index, ...keys } : [];
    });
    const version = sized(fields);
    for (const { index, old } of moves) index.remove(document, old);
    document.version = version;
    for (const { index, next } of moves) index.add(document, next);
    this.journal.saveDocument(document.number, this.number, version.bytes);
  }

  remove(document: StoredDocument): void {
    this.#byId.delete(document.idKey);
    for (const index of [this.#inOrder, ...this.#indexes.values()]) index.remove(document);
    this.journal.removeDocument(document.number);
  }

  /** Returns whether the index is new. Throws when the documents do not allow it, or a different one has its name. */
  createIndex(spec: IndexSpec): boolean {
    const existing = [...this.#indexes.values()].find(
      (index) => index.spec.name === spec.name || sameIndex({ ...index.spec, name: spec.name }, spec),
    );
    if (existing) {
      if (sameIndex(existing.spec, spec)) return false;
      throw new CommandError(85, `Index ${spec.name} already exists with a different name or different options.`);
    }
    const index = new Index(spec);
    for (const document of this.#byId.values()) index.add(document);
    this.#indexes.set(spec.name, index);
    return true;
  }

  dropIndex(name: string): void {
    this.#indexes.delete(name);
  }

  /** Removes what expired by a TTL index; returns how much. */
  removeExpired(now: number): number {
    let count = 0;
    for (const { spec } of this.#indexes.values()) {
      const [field] = spec.fields;
      if (!field || spec.expireAfterSeconds === undefined) continue;
      const until = new Date(now - spec.expireAfterSeconds * 1_000);
      const expired = this.select({ filter: compileFilter({ [field.path]: { $lte: until } }) });
      for (const document of expired) this.remove(document);
      count += expired.length;
    }
    return count;
  }

  /** Writes the collection's own row: its name and its indexes. */
  record(): void {
    const indexes = [...this.#indexes.values()].map(({ spec }) => describeIndex(spec));
    this.journal.saveCollection({ number: this.number, namespace: this.namespace, indexes });
  }

  #plan(conditions: BsonDocument, sort: readonly SortField[]): Plan {
    const ids = boundsOf(conditions, '_id', true)?.points;
    if (ids) {
      const candidates = ids.flatMap((key) => this.#byId.get(key) ?? []);
      return { candidates, isSorted: ids.length <= 1 };
    }
    const indexes = [this.#inOrder, ...this.#indexes.values()];
    return planScan(indexes, conditions, sort) ?? { candidates: this.#byId.values(), isSorted: false };
  }

  #duplicate(_id: unknown): CommandError {
    return new CommandError(
      11000,
      `E11000 duplicate key error collection: ${this.namespace} index: ${ID_INDEX.name} dup key: { _id: ${JSON.stringify(_id)} }`,
      { keyPattern: { _id: 1 }, keyValue: { _id } },
    );
  }
}

function withIdFirst(given: BsonDocument): BsonDocument {
  const { _id = new ObjectId(), ...rest } = given;
  if (Array.isArray(_id) || _id instanceof BSONRegExp || orderKey(_id) === NULL_KEY)
    throw new CommandError(53, `The '_id' value cannot be of type ${typeName(_id)}`);
  return Object.keys(given)[0] === '_id' ? given : { _id, ...rest };
}

/** Throws when a version has more bytes than a document may have. */
function sized(fields: BsonDocument): EncodedDocument {
  const version = new EncodedDocument(fields);
  if (version.bytes.length <= MAX_DOCUMENT_BYTES) return version;
  throw new CommandError(
    10334,
    `BSONObj size: ${version.bytes.length} is invalid. A document may have at most ${MAX_DOCUMENT_BYTES} bytes.`,
  );
}
