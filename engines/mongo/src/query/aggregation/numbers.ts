import { toNumber } from '../../bson/numbers';
import { Double, isDocument } from '../../bson/values';
import { isLong } from '../../bson/numbers';

/** mingo calculates with JavaScript's numbers only: its arguments, with BSON's other numbers turned into them. */
export function plainNumbers(value: unknown): unknown {
  if (value instanceof Double || isLong(value)) return toNumber(value);
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (!isDocument(value)) {
    toNumber(value);
    return value;
  }
  return value;
}
