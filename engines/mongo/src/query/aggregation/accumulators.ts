import { calculate, isNumeric, toNumber } from '../../bson/numbers';
import { compareValues, orderKey } from '../../bson/order-key';
import { Double, isDocument, isInt32, isNil, type BsonDocument } from '../../bson/values';
import { CommandError } from '../../errors';

/** What becomes of the values that an expression has for the documents of a group. */
type Accumulator = (values: readonly unknown[]) => unknown;

const extreme =
  (sign: 1 | -1): Accumulator =>
  (values) =>
    values
      .filter((value) => !isNil(value))
      .reduce<unknown>(
        (best, value) => (best === undefined || Math.sign(compareValues(value, best)) === sign ? value : best),
        undefined,
      ) ?? null;

const sum = (values: readonly unknown[]): unknown =>
  values.filter(isNumeric).reduce<unknown>((total, value) => calculate('+', total, value), 0);

function average(values: readonly unknown[]): unknown {
  const numbers = values.map(toNumber).filter((value) => value !== undefined);
  if (numbers.length === 0) return null;
  const mean = numbers.reduce((total, value) => total + value, 0) / numbers.length;
  return isInt32(mean) ? new Double(mean) : mean;
}

const distinct: Accumulator = (values) => [
  ...new Map(values.filter((value) => value !== undefined).map((value) => [orderKey(value), value])).values(),
];

const ACCUMULATORS: ReadonlyMap<string, Accumulator> = new Map<string, Accumulator>([
  ['$sum', sum],
  ['$avg', average],
  ['$min', extreme(-1)],
  ['$max', extreme(1)],
  ['$first', (values) => values[0] ?? null],
  ['$last', (values) => values.at(-1) ?? null],
  ['$push', (values) => values.filter((value) => value !== undefined)],
  ['$addToSet', distinct],
  ['$count', (values) => values.length],
]);

export interface Accumulation {
  readonly field: string;
  readonly expression: unknown;
  readonly accumulate: Accumulator;
}

/** Reads one field of a `$group`. */
export function parseAccumulation(field: string, spec: unknown): Accumulation {
  const [[operator, expression] = ['', undefined], more]: [string, unknown][] = isDocument(spec)
    ? Object.entries(spec)
    : [];
  if (operator === '' || more !== undefined)
    throw new CommandError(2, `The field '${field}' must be an accumulator object`);
  if (field.includes('.')) throw new CommandError(2, `The field name '${field}' cannot contain '.'`);
  const accumulate = ACCUMULATORS.get(operator);
  if (!accumulate) throw new CommandError(168, `unknown group operator '${operator}'`);
  if (operator === '$count' && !(isDocument(expression) && isEmpty(expression)))
    throw new CommandError(14, '$count takes no arguments, i.e. $count: {}');
  return { field, expression: operator === '$count' ? 1 : expression, accumulate };
}

const isEmpty = (document: BsonDocument): boolean => Object.keys(document).length === 0;
