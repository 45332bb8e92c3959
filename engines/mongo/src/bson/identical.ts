import { orderKey } from './order-key';
import { isDocument, typeName } from './values';

/** Whether two values are the same BSON: the same types, the same order of fields. An update to the same is none. */
export function identical(a: unknown, b: unknown): boolean {
  if (a === b) return !(typeof a === 'number' && !Object.is(a, b));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((value, index) => identical(value, b[index]));
  }
  if (isDocument(a)) return isDocument(b) && sameFields(a, b);
  return typeName(a) === typeName(b) && orderKey(a) === orderKey(b);
}

function sameFields(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const names = Object.keys(a);
  const others = Object.keys(b);
  return (
    names.length === others.length &&
    names.every((name, index) => name === others[index] && identical(a[name], b[name]))
  );
}
