import { Binary, BSONRegExp, deserialize, Double, EJSON, Int32, Long, ObjectId, serialize, Timestamp } from 'bson';

export { Binary, BSONRegExp, Double, Long, ObjectId };

/**
 * How BSON lives in memory: an Int32 is a number; so is a Double unless that number would be written as an Int32, then it
 * stays a Double. Long and everything else keep their classes. Writing a value back gives the same bytes. Values are never
 * changed in place: an update copies what it changes.
 */
export type BsonDocument = Record<string, unknown>;

export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

export const isDocument = (value: unknown): value is BsonDocument =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const INT32_MAX = 0x7fffffff;
const INT32_MIN = -0x80000000;

export const isInt32 = (value: number): boolean =>
  Number.isInteger(value) && value <= INT32_MAX && value >= INT32_MIN && !Object.is(value, -0);

export const isLong = (value: unknown): value is Long => value instanceof Long && !(value instanceof Timestamp);

export function decodeDocument(bytes: Uint8Array): BsonDocument {
  const decoded = deserialize(bytes, { promoteValues: false, bsonRegExp: true });
  unwrapNumbers(decoded);
  return decoded;
}

export const encodeDocument = (document: BsonDocument): Uint8Array => serialize(document);

function unwrapNumbers(container: BsonDocument | unknown[]): void {
  if (Array.isArray(container)) {
    for (let index = 0; index < container.length; index += 1) container[index] = unwrapped(container[index]);
    return;
  }
  for (const key of Object.keys(container)) {
    const value = container[key];
    const plain = unwrapped(value);
    if (plain !== value) container[key] = plain;
  }
}

function unwrapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Int32) return value.value;
  if (value instanceof Double) return isInt32(value.value) ? value : value.value;
  // A copy, because the decoder's view would keep the whole chunk that came from the socket.
  if (value instanceof Binary) return new Binary(Uint8Array.from(value.value()), value.sub_type);
  if (Array.isArray(value) || isDocument(value)) unwrapNumbers(value);
  return value;
}

/** A document with its BSON, which is made when it is first needed, and once. */
export class EncodedDocument {
  #bytes: Uint8Array | undefined;

  constructor(
    readonly fields: BsonDocument,
    bytes?: Uint8Array,
  ) {
    this.#bytes = bytes;
  }

  get bytes(): Uint8Array {
    return (this.#bytes ??= encodeDocument(this.fields));
  }

  /** The document with further fields. Their BSON is put behind that of the document, unless it has one of them. */
  with(added: EncodedDocument): EncodedDocument {
    const fields = { ...this.fields, ...added.fields };
    if (Object.keys(added.fields).some((name) => Object.hasOwn(this.fields, name))) return new EncodedDocument(fields);
    return new EncodedDocument(fields, joined(this.bytes, added.bytes));
  }
}

/** The fields of both: a document begins with four bytes of length, and ends with a zero. */
function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(one.length + other.length - 5);
  bytes.set(one);
  bytes.set(other.subarray(4), one.length - 1);
  bytes.writeInt32LE(bytes.length);
  return bytes;
}

/** What messages call the type of a value. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'number') return isInt32(value) ? 'int' : 'double';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (typeof value !== 'object') return typeof value;
  return '_bsontype' in value ? String(value._bsontype) : 'object';
}

/** A value as error messages show it. */
export function shown(value: unknown): string {
  const text = EJSON.stringify({ value }, { relaxed: true });
  const bare = text.slice('{"value":'.length, -1);
  return bare.length > 200 ? `${bare.slice(0, 200)}…` : bare;
}
