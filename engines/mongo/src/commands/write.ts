import type { BsonDocument } from '../bson/values';
import { CommandError, unsupported } from '../errors';
import { compileFilter } from '../query/filter';
import { assertSameId, compileUpdate, upserted, type Update } from '../query/update';
import type { Collection } from '../store/collection';
import type { StoredDocument } from '../store/stored-document';
import {
  assertOnly,
  booleanField,
  collectionOf,
  countField,
  documentField,
  documentsField,
  OK,
  targetOf,
  type Command,
  type CommandCall,
  type Commands,
} from './command';

/**
 * Carries out the writes of one command, one after another. Without `ordered` a refused one does not keep the others from
 * being tried. Every write is atomic on its own; the command is not. Returns the part of the answer with the refusals.
 */
function runWrites(
  { fields }: CommandCall,
  writes: readonly BsonDocument[],
  write: (item: BsonDocument, index: number) => void,
): BsonDocument {
  const ordered = booleanField(fields, 'ordered') ?? true;
  const writeErrors: BsonDocument[] = [];
  for (const [index, item] of writes.entries()) {
    try {
      write(item, index);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      writeErrors.push({ index, code: error.code, errmsg: error.message, ...error.details });
      if (ordered) break;
    }
  }
  return writeErrors.length === 0 ? OK : { writeErrors, ...OK };
}

const insert: Command = {
  fields: ['documents', 'ordered'],
  run(call) {
    const collection = call.store.obtain(targetOf(call));
    let n = 0;
    const outcome = runWrites(call, documentsField(call.fields, 'documents'), (document) => {
      const strange = Object.keys(document).find((name) => name.startsWith('$'));
      if (strange !== undefined)
        throw new CommandError(52, `The dollar ($) prefixed field '${strange}' is not allowed in a stored document`);
      collection.insert(document);
      n += 1;
    });
    return { n, ...outcome };
  },
};

const UPDATE_FIELDS = new Set(['q', 'u', 'multi', 'upsert']);

const update: Command = {
  fields: ['updates', 'ordered'],
  run(call) {
    const namespace = targetOf(call);
    const insertions: BsonDocument[] = [];
    let [n, nModified] = [0, 0];
    const outcome = runWrites(call, documentsField(call.fields, 'updates'), (statement, index) => {
      assertOnly(statement, UPDATE_FIELDS, 'update.updates');
      const filter = compileFilter(documentField(statement, 'q') ?? {});
      const change = compileUpdate(statement['u'], call.now);
      const multi = booleanField(statement, 'multi') ?? false;
      const upsert = booleanField(statement, 'upsert') ?? false;
      if (multi && change.isReplacement)
        throw new CommandError(9, 'multi update is not supported for replacement-style update');
      const collection = upsert ? call.store.obtain(namespace) : call.store.get(namespace);
      const found = collection?.select({ filter, limit: multi ? undefined : 1 }) ?? [];
      for (const document of found) if (collection && applyUpdate(collection, document, change)) nModified += 1;
      n += found.length;
      if (!collection || !upsert || found.length > 0) return;
      insertions.push({ index, _id: collection.insert(upserted(filter.conditions, change)) });
      n += 1;
    });
    return { n, nModified, ...(insertions.length > 0 && { upserted: insertions }), ...outcome };
  },
};

/** Whether the update made a difference. */
function applyUpdate(collection: Collection, document: StoredDocument, change: Update): boolean {
  const before = document.version.fields;
  const after = change.apply(before, false);
  if (after === before) return false;
  assertSameId(before['_id'], after['_id']);
  collection.replace(document, after);
  return true;
}

const DELETE_FIELDS = new Set(['q', 'limit']);

const remove: Command = {
  fields: ['deletes', 'ordered'],
  run(call) {
    const collection = collectionOf(call);
    let n = 0;
    const outcome = runWrites(call, documentsField(call.fields, 'deletes'), (statement) => {
      assertOnly(statement, DELETE_FIELDS, 'delete.deletes');
      const filter = compileFilter(documentField(statement, 'q') ?? {});
      const limit = countField(statement, 'limit');
      if (limit !== 0 && limit !== 1) throw new CommandError(9, 'The limit of a delete must be 0 (all) or 1.');
      const found = collection?.select({ filter, limit: limit === 0 ? undefined : limit }) ?? [];
      for (const document of found) collection?.remove(document);
      n += found.length;
    });
    return { n, ...outcome };
  },
};

/** Answers with the document before the update, which for an upsert is none. */
const findAndModify: Command = {
  fields: ['query', 'update', 'upsert', 'remove', 'new'],
  run(call) {
    const { fields, store } = call;
    for (const other of ['remove', 'new'])
      if (booleanField(fields, other)) throw unsupported(`findAndModify with ${other}: true`, 9);
    const filter = compileFilter(documentField(fields, 'query') ?? {});
    const change = compileUpdate(fields['update'], call.now);
    const upsert = booleanField(fields, 'upsert') ?? false;
    const namespace = targetOf(call);
    const collection = upsert ? store.obtain(namespace) : store.get(namespace);
    const [found] = collection?.select({ filter, limit: 1 }) ?? [];
    const value = found?.version.fields ?? null;
    if (collection && found) applyUpdate(collection, found, change);
    const lastErrorObject = { n: found ? 1 : 0, updatedExisting: found !== undefined };
    if (!collection || found || !upsert) return { lastErrorObject, value, ...OK };
    const _id = collection.insert(upserted(filter.conditions, change));
    return { lastErrorObject: { n: 1, updatedExisting: false, upserted: _id }, value, ...OK };
  },
};

export const writeCommands: Commands = { insert, update, delete: remove, findAndModify };
