import { unsupported } from '../errors';
import { Binary, Double, encodeDocument, isDocument, isLong, ObjectId, typeName } from './values';

/**
 * One string per value, such that comparing two strings compares the values as MongoDB orders BSON: across types, numbers
 * by value whatever their class, strings by code point. A key ends itself, so keys can be put one after another, and its
 * first character stands for the type. Missing counts as null.
 */
const RANK = {
  null: '\x05',
  number: '\x10',
  string: '\x15',
  object: '\x20',
  array: '\x25',
  binary: '\x30',
  objectId: '\x35',
  boolean: '\x40',
  date: '\x45',
} as const;

const END = '\x01';
export const NULL_KEY = RANK.null;
/** Sorts after every key that continues a given prefix. */
export const AFTER_ALL = '\uffff';

/** Throws for a type whose values are kept and not compared here, such as decimals and regular expressions. */
export function orderKey(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return RANK.string + textKey(value);
    case 'number':
      return RANK.number + numberKey(value);
    case 'boolean':
      return RANK.boolean + (value ? 'b' : 'a');
    case 'undefined':
      return NULL_KEY;
    default:
      return value === null ? NULL_KEY : objectKey(value);
  }
}

function objectKey(value: unknown): string {
  if (value instanceof Date) return RANK.date + numberKey(value.getTime());
  if (Array.isArray(value)) return RANK.array + value.map(orderKey).join('') + END;
  if (isDocument(value)) return RANK.object + fieldsKey(value) + END;
  if (value instanceof ObjectId) return RANK.objectId + value.toHexString();
  if (value instanceof Double) return RANK.number + numberKey(value.value);
  if (isLong(value)) return RANK.number + longKey(value.toBigInt());
  if (value instanceof Binary) {
    const type = numberKey(value.length()) + String.fromCharCode(value.sub_type);
    return RANK.binary + type + Buffer.from(value.value()).toString('latin1');
  }
  throw unsupported(`Comparing a value of type ${typeName(value)}`);
}

/** Fields compare by type, then by name, then by value. */
function fieldsKey(document: Record<string, unknown>): string {
  let key = '';
  for (const name of Object.keys(document)) {
    const value = orderKey(document[name]);
    key += value.charAt(0) + textKey(name) + value;
  }
  return key;
}

const TEXT_END = '\x00\x00';
// eslint-disable-next-line no-control-regex -- NUL is escaped, because it also ends a text.
const NULS = /\x00/g;
const FROM_SURROGATES_ON = /[\ud800-\uffff]/;

function textKey(text: string): string {
  const escaped = text.includes('\x00') ? text.replace(NULS, '\x00\x02') : text;
  return codePointOrder(escaped) + TEXT_END;
}

/** JavaScript compares UTF-16 units, where an emoji sorts before U+FF01: moves surrogates behind everything else. */
function codePointOrder(text: string): string {
  if (!FROM_SURROGATES_ON.test(text)) return text;
  let moved = '';
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    const place = unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
    moved += String.fromCharCode(place);
  }
  return moved;
}

const double = new Float64Array(1);
const words = new Uint16Array(double.buffer);
const EXACT = 0x8000;
const exactMark = String.fromCharCode(EXACT);
const NOT_A_NUMBER = '\x00\x00\x00\x00' + exactMark;

function numberKey(value: number): string {
  return Number.isNaN(value) ? NOT_A_NUMBER : doubleBits(value) + exactMark;
}

/** The bits of a double, changed so that they sort as the numbers do. */
function doubleBits(value: number): string {
  double[0] = value === 0 ? 0 : value;
  const [low = 0, second = 0, third = 0, high = 0] = words;
  const flip = high & 0x8000 ? 0xffff : 0;
  return String.fromCharCode(flip ? high ^ 0xffff : high | 0x8000, third ^ flip, second ^ flip, low ^ flip);
}

/** A long beyond 2^53 is the nearest double and the distance to it. */
function longKey(value: bigint): string {
  const nearest = Number(value);
  return doubleBits(nearest) + String.fromCharCode(EXACT + Number(value - BigInt(nearest)));
}

/** The same keys in the opposite order. */
export function complement(key: string): string {
  let turned = '';
  for (let index = 0; index < key.length; index += 1) turned += String.fromCharCode(0xffff - key.charCodeAt(index));
  return turned;
}

/** Whether two keys are of values that MongoDB compares with each other. */
export const sameType = (a: string, b: string): boolean => a.charCodeAt(0) === b.charCodeAt(0);

export const isNaNKey = (key: string): boolean => key === RANK.number + NOT_A_NUMBER;

export const compareKeys = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const equalValues = (a: unknown, b: unknown): boolean => a === b || orderKey(a) === orderKey(b);

/** Whether two values are the same BSON: the same types, the same order of fields. An update to the same is none. */
export function identical(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (a === b) return true;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((value, index) => identical(value, b[index]));
  if (isDocument(a)) return isDocument(b) && sameFields(a, b);
  if (a instanceof Date) return b instanceof Date && a.getTime() === b.getTime();
  return typeName(a) === typeName(b) && Buffer.compare(encodeDocument({ a }), encodeDocument({ a: b })) === 0;
}

function sameFields(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const names = Object.keys(a);
  const others = Object.keys(b);
  return (
    names.length === others.length &&
    names.every((name, index) => name === others[index] && identical(a[name], b[name]))
  );
}
