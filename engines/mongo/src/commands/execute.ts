import { wholeNumber } from '../bson/numbers';
import { isDocument, shown, type BsonDocument } from '../bson/values';
import { CommandError, unsupported } from '../errors';
import type { Answer } from '../wire/messages';
import { assertOnly, type ServerContext } from './command';
import { collectionCommands } from './collections';
import { connectionCommands } from './connection';
import { readCommands } from './read';
import { writeCommands } from './write';

/**
 * What every command may carry. Sessions and read preferences hold trivially on one server without transactions, a
 * comment asks for nothing, and maxTimeMS is a limit that commands in memory keep by being short.
 */
const GENERIC_FIELDS = ['$db', 'lsid', '$readPreference', 'comment', 'maxTimeMS', 'readConcern', 'writeConcern'];

const COMMANDS = new Map(
  Object.entries({ ...connectionCommands, ...readCommands, ...writeCommands, ...collectionCommands }).map(
    ([name, command]) => [name, { command, honoured: new Set([name, ...GENERIC_FIELDS, ...command.fields]) }],
  ),
);

/** Carries out one command, or refuses it. What it changed may be acknowledged once the journal has settled. */
export function executeCommand(context: ServerContext, fields: BsonDocument): Answer {
  const [name = ''] = Object.keys(fields);
  const known = COMMANDS.get(name);
  if (!known) throw new CommandError(59, `no such command: '${name}'`);
  const { $db: database } = fields;
  if (typeof database !== 'string') throw new CommandError(40414, "BSON field '$db' is missing but required");
  context.access.requireRight(name, database);
  checkGenericFields(fields);
  assertOnly(fields, known.honoured, name);
  context.executed.set(name, (context.executed.get(name) ?? 0) + 1);
  return known.command.run({ ...context, name, fields, database, now: new Date() });
}

const TRANSACTION_FIELDS = ['startTransaction', 'autocommit'];

function checkGenericFields(command: BsonDocument): void {
  if (TRANSACTION_FIELDS.some((field) => field in command)) throw unsupported('A transaction');
  // Code 20 makes the driver talk of retryable writes, which are asked for by this field.
  if ('txnNumber' in command) throw unsupported('A retryable write (txnNumber)', 20);
  if ('maxTimeMS' in command) wholeNumber(command['maxTimeMS'], 'maxTimeMS');
  checkConcern('readConcern', command['readConcern'], READ_CONCERN);
  checkConcern('writeConcern', command['writeConcern'], WRITE_CONCERN);
}

type Allowed = Readonly<Record<string, (value: unknown) => boolean>>;

/** Reads see only durable data, from one server: that is what each of these levels asks for. */
const READ_CONCERN: Allowed = { level: (level) => level === 'local' || level === 'majority' };
const WRITE_CONCERN: Allowed = { w: (w) => w === 'majority' || w === 0 || w === 1, j: () => true };

function checkConcern(name: string, concern: unknown, allowed: Allowed): void {
  if (concern === undefined) return;
  if (!isDocument(concern)) throw new CommandError(14, `${name} must be a document`);
  for (const [field, value] of Object.entries(concern))
    if (!Object.hasOwn(allowed, field) || !allowed[field]?.(value))
      throw unsupported(`The ${name} ${field}: ${shown(value)}`, 72);
}
