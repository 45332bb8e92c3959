import { isDocument, type BsonDocument } from '../bson/values';

const INDEX = /^(0|[1-9]\d*)$/;
export const isArrayIndex = (part: string): boolean => INDEX.test(part);

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

export const own = (document: BsonDocument, name: string): unknown =>
  Object.hasOwn(document, name) ? document[name] : undefined;

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
    if (isArrayIndex(part) && Number(part) < value.length) collect(value[Number(part)], parts, at + 1, values);
    for (const element of value) if (isDocument(element)) collect(element, parts, at, values);
  } else {
    values.push(undefined);
  }
}

/** The first value at a path, for messages. */
export const valueAt = (document: BsonDocument, path: string): unknown => valuesAt(document, path)[0];
