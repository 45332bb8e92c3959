import { CommandError } from '../errors';
import { Double, isInt32, isLong, Long, shown } from './values';

export const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' || value instanceof Double || isLong(value);

/** The value of a number; undefined for what is no number. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Double) return value.value;
  return isLong(value) ? value.toNumber() : undefined;
}

/** Ints and longs are exact. */
function exactOf(value: unknown): bigint | undefined {
  if (isLong(value)) return value.toBigInt();
  return typeof value === 'number' && isInt32(value) ? BigInt(value) : undefined;
}

/** The sum with MongoDB's type: an int becomes a long when it overflows, a double wins over both. */
export function sum(one: unknown, other: unknown): unknown {
  const [left, right] = [exactOf(one), exactOf(other)];
  if (left === undefined || right === undefined) {
    const value = (numberOf(one) ?? Number.NaN) + (numberOf(other) ?? Number.NaN);
    return isInt32(value) ? new Double(value) : value;
  }
  const exact = left + right;
  if (BigInt.asIntN(64, exact) !== exact)
    throw new CommandError(2, `the result of ${left} + ${right} does not fit into 64 bits`);
  if (!isLong(one) && !isLong(other) && isInt32(Number(exact))) return Number(exact);
  return Long.fromBigInt(exact);
}

/** A whole number that a command's field holds. Throws a TypeMismatch naming the field. */
export function wholeNumber(value: unknown, field: string): number {
  const number = numberOf(value);
  if (number === undefined || !Number.isSafeInteger(number))
    throw new CommandError(14, `The field '${field}' must be a whole number, got ${shown(value)}.`);
  return number;
}

/** Whether a flag says yes: MongoDB takes any number but zero for it. */
export const isTrue = (value: unknown): boolean => value === true || (isNumeric(value) && numberOf(value) !== 0);
export const isFlag = (value: unknown): boolean => typeof value === 'boolean' || isNumeric(value);
