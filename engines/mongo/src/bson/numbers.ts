import { CommandError, unsupported } from '../errors';
import { Decimal128, Double, isInt32, Long, shown, Timestamp } from './values';

type NumberClass = 'int' | 'long' | 'double';

/** A BSON number taken apart: longs are exact. */
interface Numeric {
  readonly kind: NumberClass;
  readonly exact: bigint | undefined;
  readonly value: number;
}

export const isLong = (value: unknown): value is InstanceType<typeof Long> =>
  value instanceof Long && !(value instanceof Timestamp);

export const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' || value instanceof Double || isLong(value) || value instanceof Decimal128;

function numericOf(value: unknown): Numeric | undefined {
  if (typeof value === 'number') {
    return isInt32(value) ? { kind: 'int', exact: BigInt(value), value } : { kind: 'double', exact: undefined, value };
  }
  if (value instanceof Double) return { kind: 'double', exact: undefined, value: value.value };
  if (isLong(value)) return { kind: 'long', exact: value.toBigInt(), value: value.toNumber() };
  return undefined;
}

/** A number for arithmetic in pipelines; undefined for what is no number. Throws for a Decimal128. */
export function toNumber(value: unknown): number | undefined {
  if (value instanceof Decimal128) throw unsupported('Arithmetic on Decimal128');
  return numericOf(value)?.value;
}

const double = (value: number): unknown => (isInt32(value) ? new Double(value) : value);

/** `a + b` or `a * b` with MongoDB's types: int becomes long when it overflows, double wins over both. */
export function calculate(operator: '+' | '*', a: unknown, b: unknown): unknown {
  if (a instanceof Decimal128 || b instanceof Decimal128) throw unsupported('Arithmetic on Decimal128');
  const left = numericOf(a);
  const right = numericOf(b);
  if (!left || !right) throw new CommandError(14, `${shown(left ? b : a)} is not a number`);
  if (left.exact === undefined || right.exact === undefined) {
    return double(operator === '+' ? left.value + right.value : left.value * right.value);
  }
  const exact = operator === '+' ? left.exact + right.exact : left.exact * right.exact;
  if (BigInt.asIntN(64, exact) !== exact)
    throw new CommandError(2, `the result of ${left.exact} ${operator} ${right.exact} does not fit into 64 bits`);
  if (left.kind === 'int' && right.kind === 'int' && isInt32(Number(exact))) return Number(exact);
  return Long.fromBigInt(exact);
}

/** A whole number that a command's field holds. Throws a TypeMismatch naming the field. */
export function wholeNumber(value: unknown, field: string): number {
  const number = numericOf(value)?.value;
  if (number === undefined || !Number.isSafeInteger(number))
    throw new CommandError(14, `The field '${field}' must be a whole number, got ${shown(value)}.`);
  return number;
}
