import type { BsonDocument } from '../bson/values';
import { equalValues } from '../bson/order-key';
import { CommandError } from '../errors';
import { compileFilter } from '../query/matcher';
import { compileUpdate, type Update } from '../query/update/update';
import { upserted } from '../query/update/upsert';
import type { Collection } from '../store/collection';
import type { StoredDocument } from '../store/stored-document';
import { assertOnly, booleanField, documentField, documentsField, namespaceOf, OK, type Command } from './command';
import { runWrites, withErrors } from './write-errors';

const STATEMENT_FIELDS = new Set(['q', 'u', 'multi', 'upsert', 'arrayFilters']);

interface Statement {
  readonly filter: BsonDocument;
  readonly update: Update;
  readonly multi: boolean;
  readonly upsert: boolean;
}

interface Outcome {
  readonly matched: number;
  readonly modified: number;
  readonly upserted?: BsonDocument;
}

const NOTHING: Outcome = { matched: 0, modified: 0 };

const update: Command = {
  fields: ['updates', 'ordered'],
  run(call) {
    const statements = documentsField(call.fields, 'updates', 'update');
    const namespace = namespaceOf(call);
    const result = { n: 0, nModified: 0 };
    const insertions: BsonDocument[] = [];
    const ordered = booleanField(call.fields, 'ordered', 'update') ?? true;
    const errors = runWrites(statements, ordered, (statement, index) => {
      const parsed = parseStatement(statement, call.now);
      const collection = parsed.upsert ? call.store.obtain(namespace) : call.store.get(namespace);
      const outcome = collection ? carryOut(collection, parsed) : NOTHING;
      result.n += outcome.upserted ? 1 : outcome.matched;
      result.nModified += outcome.modified;
      if (outcome.upserted) insertions.push({ index, _id: outcome.upserted['_id'] });
    });
    return {
      ...result,
      ...(insertions.length > 0 && { upserted: insertions }),
      ...withErrors(errors),
      ...OK,
    };
  },
};

function parseStatement(raw: BsonDocument, now: Date): Statement {
  assertOnly(raw, STATEMENT_FIELDS, 'update.updates');
  const filter = documentField(raw, 'q', 'update.updates') ?? {};
  compileFilter(filter);
  const statement = {
    filter,
    update: compileUpdate(raw['u'], raw['arrayFilters'], now),
    multi: booleanField(raw, 'multi', 'update.updates') ?? false,
    upsert: booleanField(raw, 'upsert', 'update.updates') ?? false,
  };
  if (statement.multi && statement.update.isReplacement)
    throw new CommandError(9, 'multi update is not supported for replacement-style update');
  return statement;
}

function carryOut(collection: Collection, { filter, update: change, multi, upsert }: Statement): Outcome {
  const found = collection.select({ filter, limit: multi ? undefined : 1 });
  if (found.length === 0 && upsert)
    return { matched: 0, modified: 0, upserted: insertUpserted(collection, filter, change) };
  let modified = 0;
  for (const document of found) if (applyUpdate(collection, document, change)) modified += 1;
  return { matched: found.length, modified };
}

export function insertUpserted(collection: Collection, filter: BsonDocument, change: Update): BsonDocument {
  return collection.insert(upserted(filter, change));
}

/** Whether the update made a difference. */
export function applyUpdate(collection: Collection, document: StoredDocument, change: Update): boolean {
  const next = change.apply(document.version, false);
  if (next === document.version) return false;
  if (!equalValues(next['_id'], document.version['_id']))
    throw new CommandError(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
  collection.replace(document, next);
  return true;
}

export const updateCommands = { update };
