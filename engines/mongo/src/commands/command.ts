import type { Access } from '../access';
import { wholeNumber } from '../bson/numbers';
import { isDocument, shown, type BsonDocument } from '../bson/values';
import { CommandError, unsupported } from '../errors';
import type { Collection } from '../store/collection';
import type { Cursors } from '../store/cursors';
import { namespaceOf, type Store } from '../store/store';
import type { Answer } from '../wire/messages';

export interface ServerContext {
  /** That of the connection which the command came on. */
  readonly access: Access;
  readonly store: Store;
  readonly cursors: Cursors;
  /** How often each command was carried out, by its name. */
  readonly executed: Map<string, number>;
}

/** A command whose fields have been checked against what it honours. */
export interface CommandCall extends ServerContext {
  readonly name: string;
  readonly fields: BsonDocument;
  readonly database: string;
  /** The one moment at which the command happens: `$$NOW` and `$currentDate`. */
  readonly now: Date;
}

export interface Command {
  /** Every field it honours, besides its own name and the generic ones. Others are refused. */
  readonly fields: readonly string[];
  run(call: CommandCall): Answer;
}
export type Commands = Readonly<Record<string, Command>>;

export const OK = { ok: 1 } as const;

/** The namespace that the command is about, or that its field names. */
export function targetOf({ name, fields, database }: CommandCall, field = name): string {
  const collection = fields[field];
  if (typeof collection !== 'string')
    throw new CommandError(73, `collection name has invalid type: ${shown(collection)} in ${name}`);
  return namespaceOf(database, collection);
}

export const collectionOf = (call: CommandCall): Collection | undefined => call.store.get(targetOf(call));

export function documentField(fields: BsonDocument, name: string): BsonDocument | undefined {
  const value = fields[name];
  if (value === undefined || isDocument(value)) return value;
  throw new CommandError(14, `BSON field '${name}' must be a document, got ${shown(value)}`);
}

export function booleanField(fields: BsonDocument, name: string): boolean | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new CommandError(14, `BSON field '${name}' must be true or false, got ${shown(value)}`);
}

export function countField(fields: BsonDocument, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  const count = wholeNumber(value, name);
  if (count < 0) throw new CommandError(2, `BSON field '${name}' cannot be negative: ${count}`);
  return count;
}

/** A count of which 0 stands for all: undefined then. */
export function limitField(fields: BsonDocument, name: string): number | undefined {
  const limit = countField(fields, name);
  return limit === 0 ? undefined : limit;
}

export function documentsField(fields: BsonDocument, name: string): readonly BsonDocument[] {
  const value = fields[name];
  if (Array.isArray(value) && value.every(isDocument)) return value;
  throw new CommandError(14, `BSON field '${name}' must be an array of documents`);
}

/** Refuses a field that is not honoured: nothing is accepted and ignored. */
export function assertOnly(fields: BsonDocument, honoured: ReadonlySet<string>, owner: string): void {
  for (const name of Object.keys(fields))
    if (!honoured.has(name)) throw unsupported(`The field '${owner}.${name}'`, 40415);
}

const CURSOR_FIELDS = new Set(['batchSize']);

/** The size of the first batch in the field `cursor`. */
export function cursorBatchSize({ fields, name }: CommandCall): number | undefined {
  const cursor = documentField(fields, 'cursor') ?? {};
  assertOnly(cursor, CURSOR_FIELDS, `${name}.cursor`);
  return countField(cursor, 'batchSize');
}
