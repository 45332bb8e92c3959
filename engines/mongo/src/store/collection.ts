import { orderKey } from '../bson/order-key';
import { BSONRegExp, encodeDocument, MAX_DOCUMENT_BYTES, ObjectId, typeName, type BsonDocument } from '../bson/values';
import { CommandError } from '../errors';
import { boundsOf } from '../query/bounds';
import { compileFilter, type Matcher } from '../query/matcher';
import { planScan, type Plan } from '../query/planner';
import { sortBy, type SortField } from '../query/sort';
import { describeIndex, sameIndex, type IndexSpec } from './index-spec';
import type { Journal } from './journal';
import { duplicateKey, SecondaryIndex } from './secondary-index';
import type { StoredDocument } from './stored-document';

export const ID_INDEX: IndexSpec = {
  name: '_id_',
  fields: [{ path: '_id', direction: 1 }],
  unique: false,
  sparse: false,
};

export interface Selection {
  readonly filter: BsonDocument;
  readonly sort?: readonly SortField[];
  readonly skip?: number;
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
  readonly #inOrder = new SecondaryIndex(ID_INDEX, this);
  readonly #indexes = new Map<string, SecondaryIndex>();

  constructor(
    readonly number: number,
    public namespace: string,
    private readonly journal: Journal,
    private readonly nextNumber: () => number,
  ) {}

  get size(): number {
    return this.#byId.size;
  }

  get indexes(): readonly IndexSpec[] {
    return [ID_INDEX, ...[...this.#indexes.values()].map(({ spec }) => spec)];
  }

  /** Puts back a document that the journal already has. */
  restore(number: number, version: BsonDocument): void {
    this.#add({ number, idKey: orderKey(version['_id']), version });
  }

  select({ filter, sort = [], skip = 0, limit = Infinity }: Selection): readonly StoredDocument[] {
    const matches = compileFilter(filter);
    const { candidates, isSorted } = this.#plan(filter, sort);
    const inOrder = sort.length === 0 || isSorted;
    const found = collect(candidates, matches, inOrder ? skip + limit : Infinity);
    const sorted = inOrder ? found : sortBy(found, sort, ({ version }) => version);
    return skip === 0 && sorted.length <= limit ? sorted : sorted.slice(skip, skip + limit);
  }

  insert(given: BsonDocument): BsonDocument {
    const version = withIdFirst(given);
    const idKey = orderKey(version['_id']);
    if (this.#byId.has(idKey)) throw duplicateKey(this.namespace, ID_INDEX, { _id: version['_id'] });
    for (const index of this.#indexes.values()) index.assertUnique(version);
    const body = encoded(version);
    const document: StoredDocument = { number: this.nextNumber(), idKey, version };
    this.#add(document);
    this.journal.saveDocument(document.number, this.number, body);
    return version;
  }

  replace(document: StoredDocument, version: BsonDocument): void {
    const affected = [...this.#indexes.values()].filter((index) => !index.isUnaffected(document.version, version));
    for (const index of affected) index.assertUnique(version, document);
    const body = encoded(version);
    const before = document.version;
    document.version = version;
    for (const index of affected) {
      index.remove(document, before);
      index.add(document);
    }
    this.journal.saveDocument(document.number, this.number, body);
  }

  remove(document: StoredDocument): void {
    this.#byId.delete(document.idKey);
    this.#inOrder.remove(document, document.version);
    for (const index of this.#indexes.values()) index.remove(document, document.version);
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
    const index = new SecondaryIndex(spec, this);
    for (const document of this.#byId.values()) {
      index.assertUnique(document.version);
      index.add(document);
    }
    this.#indexes.set(spec.name, index);
    return true;
  }

  dropIndex(name: string): boolean {
    return this.#indexes.delete(name);
  }

  /** Documents whose date in the index's field is so long ago that they have to go. */
  *expired(spec: IndexSpec, now: number): Generator<StoredDocument> {
    const [field] = spec.fields;
    const index = this.#indexes.get(spec.name);
    if (!field || !index || spec.expireAfterSeconds === undefined) return;
    const until = new Date(now - spec.expireAfterSeconds * 1_000);
    const plan = planScan([index], { ...spec.partialFilter, [field.path]: { $lte: until } }, []);
    const matches = compileFilter({ [field.path]: { $lte: until } });
    for (const document of plan?.candidates ?? []) if (matches(document.version)) yield document;
  }

  /** Writes the collection's own row: its name and its indexes. */
  record(): void {
    const indexes = [...this.#indexes.values()].map(({ spec }) => describeIndex(spec));
    this.journal.saveCollection({ number: this.number, namespace: this.namespace, indexes });
  }

  #add(document: StoredDocument): void {
    this.#byId.set(document.idKey, document);
    this.#inOrder.add(document);
    for (const index of this.#indexes.values()) index.add(document);
  }

  #plan(filter: BsonDocument, sort: readonly SortField[]): Plan {
    const ids = boundsOf(filter, '_id', true)?.points;
    if (ids) return { candidates: this.#withIds(ids), isSorted: ids.length <= 1 };
    const indexes = [this.#inOrder, ...this.#indexes.values()];
    return planScan(indexes, filter, sort) ?? { candidates: this.#byId.values(), isSorted: false };
  }

  *#withIds(keys: readonly string[]): Generator<StoredDocument> {
    for (const key of keys) {
      const document = this.#byId.get(key);
      if (document) yield document;
    }
  }
}

function collect(candidates: Iterable<StoredDocument>, matches: Matcher, enough: number): readonly StoredDocument[] {
  const found: StoredDocument[] = [];
  if (enough === 0) return found;
  for (const document of candidates) {
    if (!matches(document.version)) continue;
    found.push(document);
    if (found.length === enough) break;
  }
  return found;
}

const NO_IDS = new Set(['array', 'regex', 'missing']);

function withIdFirst(given: BsonDocument): BsonDocument {
  const { _id = new ObjectId(), ...rest } = given;
  if (NO_IDS.has(typeName(_id)) || _id instanceof BSONRegExp)
    throw new CommandError(53, `The '_id' value cannot be of type ${typeName(_id)}`);
  return Object.keys(given)[0] === '_id' ? given : { _id, ...rest };
}

/** The bytes of a version. Throws when they are more than a document may have. */
function encoded(version: BsonDocument): Uint8Array {
  const body = encodeDocument(version);
  if (body.length > MAX_DOCUMENT_BYTES)
    throw new CommandError(
      10334,
      `BSONObj size: ${body.length} is invalid. A document may have at most ${MAX_DOCUMENT_BYTES} bytes.`,
    );
  return body;
}
