import { compareKeys, complement, orderKey } from '../bson/order-key';
import { isDocument, shown, type BsonDocument } from '../bson/values';
import { CommandError, unsupported } from '../errors';
import { valuesAt } from './paths';

export interface SortField {
  readonly path: string;
  readonly direction: 1 | -1;
}

export function parseSort(raw: unknown): readonly SortField[] {
  if (raw === undefined) return [];
  if (!isDocument(raw)) throw new CommandError(14, 'sort must be a document');
  return Object.entries(raw).map(([path, direction]) => {
    if (isDocument(direction)) throw unsupported(`Sorting by ${shown(direction)}`, 2);
    if (direction !== 1 && direction !== -1) throw new CommandError(2, `$sort key ordering must be 1 or -1: '${path}'`);
    if (path.startsWith('$')) throw unsupported(`Sorting by '${path}'`, 2);
    return { path, direction };
  });
}

/** Stable, in the order in which MongoDB compares; an array counts as its smallest element, or largest when descending. */
export function sortBy<T>(
  items: readonly T[],
  fields: readonly SortField[],
  documentOf: (item: T) => BsonDocument,
): readonly T[] {
  if (fields.length === 0 || items.length < 2) return items;
  const keyed = items.map((item) => ({ item, key: sortKey(documentOf(item), fields) }));
  keyed.sort((a, b) => compareKeys(a.key, b.key));
  return keyed.map(({ item }) => item);
}

function sortKey(document: BsonDocument, fields: readonly SortField[]): string {
  let key = '';
  for (const { path, direction } of fields) {
    const keys = valuesAt(document, path).flatMap((value) =>
      Array.isArray(value) && value.length > 0 ? value.map(orderKey) : [orderKey(Array.isArray(value) ? null : value)],
    );
    key += direction === 1 ? extreme(keys, -1) : complement(extreme(keys, 1));
  }
  return key;
}

function extreme(keys: readonly string[], sign: 1 | -1): string {
  let found = keys[0] ?? orderKey(undefined);
  for (const key of keys) if (compareKeys(key, found) === sign) found = key;
  return found;
}
