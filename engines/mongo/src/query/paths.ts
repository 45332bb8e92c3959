import { isDocument, type BsonDocument } from '../bson/values';
import { unsupported } from '../errors';

const splitPaths = new Map<string, readonly string[]>();
const REMEMBERED_PATHS = 1_000;

export function splitPath(path: string): readonly string[] {
  const known = splitPaths.get(path);
  if (known) return known;
  const parts = path.split('.');
  if (splitPaths.size >= REMEMBERED_PATHS) splitPaths.clear();
  splitPaths.set(path, parts);
  return parts;
}

/** Refuses a path with a part that is empty, positional or an operator, or that would change a prototype. */
export function assertPlainPath(path: string): void {
  if (splitPath(path).some((part) => part === '' || part.startsWith('$') || part === '__proto__'))
    throw unsupported(`The path '${path}'`, 2);
}

export const own = (document: BsonDocument, name: string): unknown =>
  Object.hasOwn(document, name) ? document[name] : undefined;

const INDEX = /^(0|[1-9]\d*)$/;

/**
 * The values that a query on a dotted path sees: one, or those of every document in the arrays on the way. `undefined`
 * stands for a missing field. An array at the end is one value; comparisons look into it.
 */
export function valuesAt(document: BsonDocument, path: string): readonly unknown[] {
  if (!path.includes('.')) return [own(document, path)];
  const values: unknown[] = [];
  collect(document, splitPath(path), 0, values);
  return values;
}

function collect(value: unknown, parts: readonly string[], at: number, values: unknown[]): void {
  const part = parts[at];
  if (part === undefined) {
    values.push(value);
  } else if (isDocument(value)) {
    collect(own(value, part), parts, at + 1, values);
  } else if (Array.isArray(value)) {
    if (INDEX.test(part)) throw unsupported(`The place '${part}' in an array`, 2);
    for (const element of value) if (isDocument(element)) collect(element, parts, at, values);
  } else {
    values.push(undefined);
  }
}
