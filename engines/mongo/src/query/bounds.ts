import { AFTER_ALL, compareKeys, isNaNKey, NULL_KEY, orderKey } from '../bson/order';
import type { BsonDocument } from '../bson/values';
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

type Combine = (a: Bounds, b: Bounds) => Bounds;

const MOST_POINTS = 10_000;

const points = (keys: readonly string[]): Bounds => {
  const sorted = keys.length < 2 ? keys : [...new Set(keys)].sort(compareKeys);
  return {
    points: sorted,
    low: sorted[0] ?? AFTER_ALL,
    high: sorted.at(-1) ?? '',
    matchesMissing: sorted.includes(NULL_KEY),
  };
};

const between = (low: string, high: string): Bounds => ({ low, high, matchesMissing: low <= NULL_KEY });

/**
 * The bounds that a filter's conditions set for a path, or undefined when they set none. Two conditions on one path narrow
 * each other only by `narrowing`: of an array, different elements may fulfil them.
 */
export function boundsOf(conditions: BsonDocument, path: string, narrowing: boolean): Bounds | undefined {
  const both: Combine = narrowing ? narrower : (a) => a;
  const perCondition = Object.entries(conditions).map(([name, condition]) => {
    if (name === path) return boundsOfCondition(condition, both);
    const branches = (): readonly (Bounds | undefined)[] =>
      (condition as readonly BsonDocument[]).map((branch) => boundsOf(branch, path, narrowing));
    if (name === '$and') return combined(branches(), both);
    // A keyset page's `$or` bounds its first field: the widest of its branches, if each has bounds.
    return name === '$or' ? branches().reduce((any, found) => any && found && wider(any, found)) : undefined;
  });
  return combined(perCondition, both);
}

const combined = (found: readonly (Bounds | undefined)[], both: Combine): Bounds | undefined =>
  found.reduce((all, one) => (all && one ? both(all, one) : (all ?? one)), undefined);

const boundsOfCondition = (condition: unknown, both: Combine): Bounds | undefined =>
  hasOperators(condition)
    ? combined(
        Object.entries(condition).map(([operator, operand]) => boundsOfOperator(operator, operand)),
        both,
      )
    : boundsOfOperator('$eq', condition);

function boundsOfOperator(operator: string, operand: unknown): Bounds | undefined {
  if (operator === '$in') {
    const operands = operand as readonly unknown[];
    return operands.length <= MOST_POINTS && operands.every(isPoint) ? points(operands.map(orderKey)) : undefined;
  }
  if (operator === '$exists') return operand === true ? { low: '', high: AFTER_ALL, matchesMissing: false } : undefined;
  if (!isPoint(operand)) return undefined;
  if (operator === '$eq') return points([orderKey(operand)]);
  if (operator === '$gt' || operator === '$gte') return boundsOfComparison(true, orderKey(operand));
  return operator === '$lt' || operator === '$lte' ? boundsOfComparison(false, orderKey(operand)) : undefined;
}

/** An array equals a whole array, which an index of elements does not find. */
const isPoint = (value: unknown): boolean => !Array.isArray(value);

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
