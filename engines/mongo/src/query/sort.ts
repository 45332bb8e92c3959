import { compareKeys, complement, orderKey } from '../bson/order';
import { isDocument, type BsonDocument } from '../bson/values';
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
    if ((direction !== 1 && direction !== -1) || path.startsWith('$'))
      throw unsupported(`Sorting by '${path}' in another way than 1 or -1`, 2);
    return { path, direction };
  });
}

/** Stable, in the order in which MongoDB compares; an array counts as its smallest element, or largest when descending. */
export function sortBy<T>(
  items: readonly T[],
  fields: readonly SortField[],
  fieldsOf: (item: T) => BsonDocument,
): readonly T[] {
  if (fields.length === 0 || items.length < 2) return items;
  const keyed = items.map((item) => ({ item, key: sortKey(fieldsOf(item), fields) }));
  keyed.sort((a, b) => compareKeys(a.key, b.key));
  return keyed.map(({ item }) => item);
}

function sortKey(document: BsonDocument, fields: readonly SortField[]): string {
  let key = '';
  for (const { path, direction } of fields) {
    const values = valuesAt(document, path).flatMap((value): readonly unknown[] =>
      Array.isArray(value) ? (value.length === 0 ? [null] : value) : [value],
    );
    const keys = values.map(orderKey).sort(compareKeys);
    key += direction === 1 ? (keys[0] ?? '') : complement(keys.at(-1) ?? '');
  }
  return key;
}
