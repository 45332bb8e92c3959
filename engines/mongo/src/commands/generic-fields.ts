import { isDocument, shown, type BsonDocument } from '../bson/values';
import { wholeNumber } from '../bson/numbers';
import { CommandError } from '../errors';

/**
 * What every command may carry. Sessions and read preferences hold trivially on one server without transactions, a
 * comment asks for nothing, and maxTimeMS is a limit that commands in memory keep by being short.
 */
export const GENERIC_FIELDS = [
  '$db',
  'lsid',
  '$clusterTime',
  '$readPreference',
  'comment',
  'maxTimeMS',
  'readConcern',
  'writeConcern',
] as const;

const TRANSACTION_FIELDS = ['startTransaction', 'autocommit', 'txnRetryCounter'];
const RETRYABLE_WRITE_FIELDS = ['txnNumber', 'stmtId'];

export function checkGenericFields(command: BsonDocument): void {
  refuseReplicaSetFields(command);
  if ('maxTimeMS' in command) wholeNumber(command['maxTimeMS'], 'maxTimeMS');
  checkReadConcern(command['readConcern']);
  checkWriteConcern(command['writeConcern']);
}

/** Code 20 would have the driver talk of retryable writes, whatever was asked. */
function refuseReplicaSetFields(command: BsonDocument): void {
  for (const [code, what, fields] of [
    [115, 'Transactions', TRANSACTION_FIELDS],
    [20, 'Retryable writes', RETRYABLE_WRITE_FIELDS],
  ] as const) {
    const found = fields.find((field) => field in command);
    if (found !== undefined)
      throw new CommandError(
        code,
        `${what} are not supported by the embedded MongoDB, which is no replica set (${found}).`,
      );
  }
}

/** Reads see only durable data, from one server: that is what each of these levels asks for. */
const READ_LEVELS = new Set(['local', 'available', 'majority', 'linearizable']);

function checkReadConcern(concern: unknown): void {
  if (concern === undefined) return;
  if (!isDocument(concern)) throw new CommandError(14, 'readConcern must be a document');
  for (const [name, value] of Object.entries(concern)) {
    if (name !== 'level' || typeof value !== 'string' || !READ_LEVELS.has(value))
      throw new CommandError(72, `The read concern ${name}: ${shown(value)} is not supported by the embedded MongoDB.`);
  }
}

function checkWriteConcern(concern: unknown): void {
  if (concern === undefined) return;
  if (!isDocument(concern)) throw new CommandError(14, 'writeConcern must be a document');
  for (const [name, value] of Object.entries(concern)) {
    if (name === 'w') checkAcknowledgement(value);
    else if (name !== 'j' && name !== 'wtimeout' && name !== 'wtimeoutMS')
      throw new CommandError(72, `The write concern '${name}' is not supported by the embedded MongoDB.`);
  }
}

function checkAcknowledgement(w: unknown): void {
  if (w === 'majority' || w === 0 || w === 1) return;
  throw new CommandError(100, `Not enough data-bearing nodes for the write concern w: ${shown(w)}; there is one.`);
}
