import type { BsonDocument } from '../bson/values';
import { CommandError } from '../errors';
import type { Answer } from '../wire/messages';
import { adminCommands } from './admin';
import { aggregateCommands } from './aggregate';
import { authenticationCommands } from './authentication';
import { collectionCommands } from './collections';
import { assertOnly, type Command, type ServerContext } from './command';
import { deleteCommands } from './delete';
import { findAndModifyCommands } from './find-and-modify';
import { checkGenericFields, GENERIC_FIELDS } from './generic-fields';
import { handshakeCommands } from './handshake';
import { indexCommands } from './indexes';
import { insertCommands } from './insert';
import { readCommands } from './read';
import { updateCommands } from './update';

interface Known {
  readonly name: string;
  readonly command: Command;
  readonly honoured: ReadonlySet<string>;
}

const families: readonly Readonly<Record<string, Command>>[] = [
  handshakeCommands,
  authenticationCommands,
  readCommands,
  aggregateCommands,
  insertCommands,
  updateCommands,
  deleteCommands,
  findAndModifyCommands,
  collectionCommands,
  indexCommands,
  adminCommands,
];

const COMMANDS: ReadonlyMap<string, Known> = new Map(
  families
    .flatMap((family) => Object.entries(family))
    .map(([name, command]) => [
      name,
      { name, command, honoured: new Set([name, ...GENERIC_FIELDS, ...command.fields]) },
    ]),
);

/** Carries out one command, or refuses it. What it changed may be acknowledged once the journal has settled. */
export function executeCommand(context: ServerContext, fields: BsonDocument): Answer {
  const [name] = Object.keys(fields);
  const known = name === undefined ? undefined : COMMANDS.get(name);
  if (!known) throw new CommandError(59, `no such command: '${name ?? ''}'`);
  context.access.requireRight(known.name, fields['$db'], fields);
  checkGenericFields(fields);
  assertOnly(fields, known.honoured, known.name);
  context.executed.set(known.name, (context.executed.get(known.name) ?? 0) + 1);
  const database = fields['$db'];
  if (typeof database !== 'string') throw new CommandError(40414, "BSON field '$db' is missing but required");
  return known.command.run({ ...context, name: known.name, fields, database, now: new Date() });
}
