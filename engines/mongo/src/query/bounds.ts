import { AFTER_ALL, compareKeys, isNaNKey, orderKey } from '../bson/order-key';
import { BSONRegExp, isDocument, type BsonDocument } from '../bson/values';
import { hasOperators } from './filter';

/**
 * What a filter asks of one path, as keys: either some points, or everything within [low, high]. Bounds are never too
 * narrow; they may be too wide, since every candidate still has to pass the filter.
 */
export interface Bounds {
  readonly points?: readonly string[];
  readonly low: string;
  readonly high: string;
  /** Whether a document without the field may match, which a sparse index does not have. */
  readonly matchesMissing: boolean;
}

const MOST_POINTS = 10_000;
const NULL_KEY = orderKey(null);

const points = (keys: readonly string[]): Bounds => {
  const sorted = [...new Set(keys)].sort(compareKeys);
  return {
    points: sorted,
    low: sorted[0] ?? AFTER_ALL,
    high: sorted.at(-1) ?? '',
    matchesMissing: sorted.includes(NULL_KEY),
  };
};

const between = (low: string, high: string): Bounds => ({ low, high, matchesMissing: low <= NULL_KEY });

/**
 * The bounds that a filter sets for a path, or undefined when it sets none. Two conditions on one path narrow each other
 * only by `narrowing`: of an array, different elements may fulfil them.
 */
export function boundsOf(filter: BsonDocument, path: string, narrowing: boolean): Bounds | undefined {
  const both = narrowing ? narrower : (a: Bounds): Bounds => a;
  let bounds: Bounds | undefined;
  for (const [name, condition] of Object.entries(filter)) {
    const found =
      name === path
        ? boundsOfCondition(condition, both)
        : name === '$and'
          ? boundsOfAll(documentsIn(condition), path, both, narrowing)
          : name === '$or'
            ? boundsOfAny(documentsIn(condition), path, narrowing)
            : undefined;
    if (found) bounds = bounds ? both(bounds, found) : found;
  }
  return bounds;
}

type Combine = (a: Bounds, b: Bounds) => Bounds;

const documentsIn = (branches: unknown): readonly BsonDocument[] =>
  Array.isArray(branches) ? branches.filter(isDocument) : [];

function boundsOfAll(
  branches: readonly BsonDocument[],
  path: string,
  both: Combine,
  narrowing: boolean,
): Bounds | undefined {
  return branches
    .map((branch) => boundsOf(branch, path, narrowing))
    .reduce((all, found) => (all && found ? both(all, found) : (all ?? found)), undefined);
}

/** A keyset page's `$or` bounds its first field: the widest of its branches, if each has bounds. */
function boundsOfAny(branches: readonly BsonDocument[], path: string, narrowing: boolean): Bounds | undefined {
  if (branches.length === 0) return undefined;
  return branches
    .map((branch) => boundsOf(branch, path, narrowing))
    .reduce((any, found) => (any && found ? wider(any, found) : undefined));
}

function boundsOfCondition(condition: unknown, both: Combine): Bounds | undefined {
  if (!hasOperators(condition)) return isPoint(condition) ? points([orderKey(condition)]) : undefined;
  let bounds: Bounds | undefined;
  for (const [operator, operand] of Object.entries(condition)) {
    const found = boundsOfOperator(operator, operand);
    if (found) bounds = bounds ? both(bounds, found) : found;
  }
  return bounds;
}

/** An array equals a whole array, which an index of elements does not find. */
const isPoint = (value: unknown): boolean => !Array.isArray(value) && !(value instanceof BSONRegExp);

function boundsOfOperator(operator: string, operand: unknown): Bounds | undefined {
  switch (operator) {
    case '$eq':
      return isPoint(operand) ? points([orderKey(operand)]) : undefined;
    case '$in':
      return Array.isArray(operand) && operand.length <= MOST_POINTS && operand.every(isPoint)
        ? points(operand.map(orderKey))
        : undefined;
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return isPoint(operand) ? boundsOfComparison(operator.startsWith('$g'), orderKey(operand)) : undefined;
    case '$exists':
      return operand === true ? { low: '', high: AFTER_ALL, matchesMissing: false } : undefined;
    default:
      return undefined;
  }
}

function boundsOfComparison(isLower: boolean, key: string): Bounds {
  if (isNaNKey(key) || key === NULL_KEY) return points([key]);
  const type = key.charAt(0);
  return isLower ? between(key, type + AFTER_ALL) : between(type, key);
}

function narrower(a: Bounds, b: Bounds): Bounds {
  const low = a.low > b.low ? a.low : b.low;
  const high = a.high < b.high ? a.high : b.high;
  const some = a.points ?? b.points;
  const matchesMissing = a.matchesMissing && b.matchesMissing;
  if (!some) return { low, high, matchesMissing };
  const other = a.points && b.points ? new Set(b.points) : undefined;
  return { ...points(some.filter((key) => key >= low && key <= high && (other?.has(key) ?? true))), matchesMissing };
}

function wider(a: Bounds, b: Bounds): Bounds {
  const matchesMissing = a.matchesMissing || b.matchesMissing;
  if (a.points && b.points) return { ...points([...a.points, ...b.points]), matchesMissing };
  return { low: a.low < b.low ? a.low : b.low, high: a.high > b.high ? a.high : b.high, matchesMissing };
}
