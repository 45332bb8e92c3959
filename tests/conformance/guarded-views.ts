import type { GuardedUpsert } from '@rentalbook/read-models';

type Fields = Record<string, unknown>;

/** View documents in memory, changed by the rules of `applyGuarded`; guarded-views.int.spec.ts holds the two together. */
export function guardedViews() {
  const documents = new Map<string, Fields>();
  return {
    documents,
    apply(upserts: readonly GuardedUpsert[]): void {
      for (const { id, guard, sequence, set } of upserts) {
        const found = documents.get(id);
        const seen = found && valueAt(found, guard);
        if (typeof seen === 'number' && seen >= sequence) continue;
        const document = found ?? { _id: id };
        for (const [path, value] of Object.entries({ ...set, [guard]: sequence }))
          put(document, path.split('.'), value);
        documents.set(id, document);
      }
    },
  };
}

function valueAt(fields: Fields, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Fields | undefined)?.[name], fields);
}

function put(fields: Fields, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) fields[name] = value;
  else put((fields[name] ??= {}) as Fields, rest, value);
}
