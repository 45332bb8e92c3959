import type { BsonDocument } from '../bson/values';
import { CommandError } from '../errors';
import { compileFilter } from '../query/matcher';
import { compileProjection, type Projection } from '../query/projection';
import { parseSort } from '../query/sort';
import { compileUpdate } from '../query/update/update';
import type { Collection } from '../store/collection';
import type { StoredDocument } from '../store/stored-document';
import { booleanField, documentField, namespaceOf, OK, type Command, type CommandCall } from './command';
import { applyUpdate, insertUpserted } from './update';

const FIELDS = ['query', 'sort', 'remove', 'update', 'new', 'fields', 'upsert', 'arrayFilters'];

const run = (call: CommandCall): BsonDocument => {
  const { fields, store } = call;
  const filter = documentField(fields, 'query', call.name) ?? {};
  compileFilter(filter);
  const project = compileProjection(fields['fields']) ?? ((version) => version);
  const wantsRemoval = booleanField(fields, 'remove', call.name) ?? false;
  if (wantsRemoval === 'update' in fields)
    throw new CommandError(9, 'findAndModify needs either an update or remove: true, and not both');
  const namespace = namespaceOf(call);
  const upsert = booleanField(fields, 'upsert', call.name) ?? false;
  const collection = upsert ? store.obtain(namespace) : store.get(namespace);
  const sort = parseSort(fields['sort']);
  const [found] = collection?.select({ filter, sort, limit: 1 }) ?? [];
  return wantsRemoval ? removed(collection, call, found, project) : updated(collection, call, filter, found, project);
};

function removed(
  collection: Collection | undefined,
  { fields, name }: CommandCall,
  found: StoredDocument | undefined,
  project: Projection,
): BsonDocument {
  for (const field of ['new', 'upsert'])
    if (booleanField(fields, field, name))
      throw new CommandError(9, `findAndModify cannot have both remove and ${field}`);
  if (found) collection?.remove(found);
  return { lastErrorObject: { n: found ? 1 : 0 }, value: found ? project(found.version) : null, ...OK };
}

function updated(
  collection: Collection | undefined,
  { fields, name, now }: CommandCall,
  filter: BsonDocument,
  found: StoredDocument | undefined,
  project: Projection,
): BsonDocument {
  const change = compileUpdate(fields['update'], fields['arrayFilters'], now);
  const wantsNew = booleanField(fields, 'new', name) ?? false;
  if (collection && found) {
    const before = found.version;
    applyUpdate(collection, found, change);
    const value = project(wantsNew ? found.version : before);
    return { lastErrorObject: { n: 1, updatedExisting: true }, value, ...OK };
  }
  if (!collection || !booleanField(fields, 'upsert', name))
    return { lastErrorObject: { n: 0, updatedExisting: false }, value: null, ...OK };
  const made = insertUpserted(collection, filter, change);
  return {
    lastErrorObject: { n: 1, updatedExisting: false, upserted: made['_id'] },
    value: wantsNew ? project(made) : null,
    ...OK,
  };
}

export const findAndModifyCommands: Readonly<Record<string, Command>> = {
  findAndModify: { fields: FIELDS, run },
  findandmodify: { fields: FIELDS, run },
};
