import { isDocument, shown, type BsonDocument } from '../bson/values';
import { wholeNumber } from '../bson/numbers';
import type { Access } from '../access';
import { CommandError } from '../errors';
import type { Collection } from '../store/collection';
import { assertNamespace, type Store } from '../store/store';
import type { Answer } from '../wire/messages';
import type { Cursors } from '../store/cursors';

export interface ServerContext {
  /** That of the connection which the command came on. */
  readonly access: Access;
  readonly store: Store;
  readonly cursors: Cursors;
  readonly startedAt: Date;
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

export const OK = { ok: 1 } as const;

export function namespaceOf({ name, fields, database }: CommandCall): string {
  const collection = fields[name];
  if (typeof collection !== 'string')
    throw new CommandError(73, `collection name has invalid type: ${shown(collection)} in ${name}`);
  const namespace = `${database}.${collection}`;
  assertNamespace(namespace);
  return namespace;
}

export const collectionOf = (call: CommandCall): Collection | undefined => call.store.get(namespaceOf(call));

export function documentField(fields: BsonDocument, name: string, owner: string): BsonDocument | undefined {
  const value = fields[name];
  if (value === undefined || isDocument(value)) return value;
  throw new CommandError(14, `BSON field '${owner}.${name}' must be a document, got ${shown(value)}`);
}

export function booleanField(fields: BsonDocument, name: string, owner: string): boolean | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'boolean') return value;
  if (value === 0 || value === 1) return value === 1;
  throw new CommandError(14, `BSON field '${owner}.${name}' must be true or false, got ${shown(value)}`);
}

export function countField(fields: BsonDocument, name: string, owner: string): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  const count = wholeNumber(value, `${owner}.${name}`);
  if (count < 0) throw new CommandError(2, `BSON field '${owner}.${name}' cannot be negative: ${count}`);
  return count;
}

export function documentsField(fields: BsonDocument, name: string, owner: string): readonly BsonDocument[] {
  const value = fields[name];
  if (Array.isArray(value) && value.every(isDocument)) return value;
  throw new CommandError(14, `BSON field '${owner}.${name}' must be an array of documents`);
}

/** Refuses a field that is not honoured: nothing is accepted and ignored. */
export function assertOnly(fields: BsonDocument, honoured: ReadonlySet<string>, owner: string): void {
  for (const name of Object.keys(fields)) {
    if (!honoured.has(name))
      throw new CommandError(
        40415,
        `BSON field '${owner}.${name}' is unknown or not supported by the embedded MongoDB.`,
      );
  }
}
