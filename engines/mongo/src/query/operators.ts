import type { Options } from 'mingo/types';
import { Query } from 'mingo/query';
import { toNumber, wholeNumber } from '../bson/numbers';
import { compareValues, isNaNKey, isNullKey, orderKey, sameType } from '../bson/order-key';
import { BSONRegExp, isDocument, isTypeNumber, shown, TYPE_NUMBERS, typeName, type BsonDocument } from '../bson/values';
import { CommandError } from '../errors';
import { hasOperators, prepareFilter } from './filter';
import { valuesAt } from './paths';
import { toRegExp } from './regex';

type Test = (value: unknown) => boolean;
type Operator = (path: string, operand: unknown, options: Options) => (document: BsonDocument) => boolean;

/** Whether a value at the path, or an element of an array there, passes. */
const anyValue =
  (path: string, test: Test) =>
  (document: BsonDocument): boolean =>
    valuesAt(document, path).some((value) => test(value) || (Array.isArray(value) && value.some(test)));

/** The same without a look into arrays at the end of the path. */
const anyWhole =
  (path: string, test: Test) =>
  (document: BsonDocument): boolean =>
    valuesAt(document, path).some(test);

const not =
  (test: (document: BsonDocument) => boolean) =>
  (document: BsonDocument): boolean =>
    !test(document);

function equals(operand: unknown): Test {
  if (operand === undefined) return () => false;
  if (typeof operand === 'string' || typeof operand === 'boolean') return (value) => value === operand;
  const key = orderKey(operand);
  return (value) => value === operand || orderKey(value) === key;
}

function compares(operand: unknown, accept: (order: number) => boolean): Test {
  const key = orderKey(operand);
  const onlyEqual = isNaNKey(key) || isNullKey(key);
  return (value) => {
    const other = orderKey(value);
    if (!sameType(key, other)) return false;
    if (onlyEqual || isNaNKey(other)) return key === other && accept(0);
    return accept(other < key ? -1 : other > key ? 1 : 0);
  };
}

function isOneOf(operands: readonly unknown[]): Test {
  const patterns = operands.filter((operand) => operand instanceof BSONRegExp).map((pattern) => toRegExp(pattern));
  if (operands.some(hasOperators)) throw new CommandError(2, 'cannot nest $ under $in');
  const keys = new Set(operands.map(orderKey));
  return (value) => keys.has(orderKey(value)) || patterns.some((pattern) => matches(pattern, value));
}

const matches = (pattern: RegExp, value: unknown): boolean =>
  typeof value === 'string'
    ? pattern.test(value)
    : value instanceof BSONRegExp && value.pattern === pattern.source && `${value.options}u` === pattern.flags;

function isOfType(operand: unknown): Test {
  const wanted = new Set((Array.isArray(operand) ? operand : [operand]).flatMap(typeNumbers));
  return (value) => value !== undefined && wanted.has(TYPE_NUMBERS.get(typeName(value)) ?? 0);
}

function typeNumbers(type: unknown): readonly number[] {
  if (type === 'number') return [1, 16, 18, 19];
  const number = typeof type === 'string' ? TYPE_NUMBERS.get(type) : toNumber(type);
  if (number === undefined || !isTypeNumber(number)) throw new CommandError(2, `Unknown type name: ${shown(type)}`);
  return [number];
}

function hasRemainder(operand: unknown): Test {
  if (!Array.isArray(operand) || operand.length !== 2)
    throw new CommandError(2, 'malformed mod, needs a divisor and a remainder');
  const [divisor, remainder] = operand.map((part: unknown) => Math.trunc(toNumber(part) ?? Number.NaN));
  if (divisor === undefined || remainder === undefined || Number.isNaN(divisor) || Number.isNaN(remainder))
    throw new CommandError(2, 'malformed mod, divisor and remainder have to be numbers');
  if (divisor === 0) throw new CommandError(2, 'divisor cannot be 0');
  return (value) => {
    const number = toNumber(value);
    return number !== undefined && Math.trunc(number) % divisor === remainder;
  };
}

/** Whether one element of an array fulfils everything at once. */
function hasElement(criteria: BsonDocument, options: Options): Test {
  if (!hasOperators(criteria) || ['$and', '$or', '$nor'].some((logical) => logical in criteria)) {
    const query = new Query(prepareFilter(criteria), options);
    return (array) => Array.isArray(array) && array.some((element) => isDocument(element) && query.test(element));
  }
  const query = new Query(prepareFilter({ element: criteria }), options);
  return (array) => Array.isArray(array) && array.some((element: unknown) => query.test({ element }));
}

function hasAll(path: string, operands: readonly unknown[], options: Options): ReturnType<Operator> {
  const tests = operands.map((operand) => {
    if (isDocument(operand) && isDocument(operand['$elemMatch']))
      return anyWhole(path, hasElement(operand['$elemMatch'], options));
    return operand instanceof BSONRegExp
      ? anyValue(path, (value) => matches(toRegExp(operand), value))
      : anyValue(path, equals(operand));
  });
  return (document) => tests.length > 0 && tests.every((test) => test(document));
}

const ordered =
  (accept: (order: number) => boolean): Operator =>
  (path, operand) =>
    anyValue(path, compares(operand, accept));

/**
 * Query operators over BSON values, in the form in which mingo takes operators. Their operands have been checked when the
 * filter was prepared.
 */
export const bsonOperators: Readonly<Record<string, Operator>> = {
  $eq: (path, operand) => anyValue(path, equals(operand)),
  $ne: (path, operand) => not(anyValue(path, equals(operand))),
  $gt: ordered((order) => order > 0),
  $gte: ordered((order) => order >= 0),
  $lt: ordered((order) => order < 0),
  $lte: ordered((order) => order <= 0),
  $in: (path, operand) => anyValue(path, isOneOf(asArray(operand))),
  $nin: (path, operand) => not(anyValue(path, isOneOf(asArray(operand)))),
  $exists(path, operand) {
    const exists = anyWhole(path, (value) => value !== undefined);
    return isTruthy(operand) ? exists : not(exists);
  },
  $type: (path, operand) => anyValue(path, isOfType(operand)),
  $size(path, operand) {
    const size = wholeNumber(operand, '$size');
    return anyWhole(path, (value) => Array.isArray(value) && value.length === size);
  },
  $all: (path, operand, options) => hasAll(path, asArray(operand), options),
  $elemMatch: (path, operand, options) => anyWhole(path, hasElement(asDocument(operand), options)),
  $mod: (path, operand) => anyValue(path, hasRemainder(operand)),
  $regex: (path, operand) => anyValue(path, (value) => matches(operand as RegExp, value)),
};

const asArray = (operand: unknown): readonly unknown[] => (Array.isArray(operand) ? operand : [operand]);
const asDocument = (operand: unknown): BsonDocument => (isDocument(operand) ? operand : {});

export const isTruthy = (value: unknown): boolean =>
  !(value === false || value === null || value === undefined || (isNumberLike(value) && compareValues(value, 0) === 0));

const isNumberLike = (value: unknown): boolean => ['int', 'long', 'double', 'decimal'].includes(typeName(value));
