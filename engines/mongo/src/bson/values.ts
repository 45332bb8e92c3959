import { mongo } from 'mongoose';

export const {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} = mongo.BSON;

export type BsonDocument = Record<string, unknown>;

/**
 * How BSON lives in memory: an Int32 is a number; so is a Double unless that number would be written as an Int32, then it
 * stays a Double. Long, Decimal128 and everything else keep their classes. Writing a value back gives the same bytes.
 * Values are never changed in place once they are stored: an update copies what it changes.
 */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

export const isDocument = (value: unknown): value is BsonDocument =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

export const isNil = (value: unknown): value is null | undefined => value === null || value === undefined;

const INT32_MAX = 0x7fffffff;
const INT32_MIN = -0x80000000;

export const isInt32 = (value: number): boolean =>
  Number.isInteger(value) && value <= INT32_MAX && value >= INT32_MIN && !Object.is(value, -0);

export function decodeDocument(bytes: Uint8Array): BsonDocument {
  const decoded = mongo.BSON.deserialize(bytes, { promoteValues: false, bsonRegExp: true });
  unwrapNumbers(decoded);
  return decoded;
}

export const encodeDocument = (document: BsonDocument): Uint8Array => mongo.BSON.serialize(document);

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

/** BSON's numbers and names of types, as `$type` takes them. */
const TYPES: Readonly<Record<string, number>> = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  javascript: 13,
  symbol: 14,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
};
export const TYPE_NUMBERS: ReadonlyMap<string, number> = new Map(Object.entries(TYPES));
const KNOWN_NUMBERS = new Set(TYPE_NUMBERS.values());
export const isTypeNumber = (value: number): boolean => KNOWN_NUMBERS.has(value);

/** The name of a value's BSON type, `missing` for none. */
export function typeName(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'missing';
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'number':
      return isInt32(value) ? 'int' : 'double';
    default:
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Double) return 'double';
  if (value instanceof Timestamp) return 'timestamp';
  if (value instanceof Long) return 'long';
  if (value instanceof Decimal128) return 'decimal';
  if (value instanceof Binary) return 'binData';
  if (value instanceof BSONRegExp) return 'regex';
  if (value instanceof Code) return 'javascript';
  if (value instanceof BSONSymbol) return 'symbol';
  if (value instanceof MinKey) return 'minKey';
  if (value instanceof MaxKey) return 'maxKey';
  return 'object';
}

/** A value as error messages show it. */
export function shown(value: unknown): string {
  const text = mongo.BSON.EJSON.stringify({ value }, { relaxed: true });
  const bare = text.slice('{"value":'.length, -1);
  return bare.length > 200 ? `${bare.slice(0, 200)}…` : bare;
}
