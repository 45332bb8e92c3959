import type { BsonDocument } from './bson/values';

const NAMES = {
  2: 'BadValue',
  9: 'FailedToParse',
  13: 'Unauthorized',
  14: 'TypeMismatch',
  17: 'ProtocolError',
  18: 'AuthenticationFailed',
  20: 'IllegalOperation',
  26: 'NamespaceNotFound',
  28: 'PathNotViable',
  40: 'ConflictingUpdateOperators',
  43: 'CursorNotFound',
  52: 'DollarPrefixedFieldName',
  53: 'InvalidIdField',
  59: 'CommandNotFound',
  66: 'ImmutableField',
  67: 'CannotCreateIndex',
  72: 'InvalidOptions',
  73: 'InvalidNamespace',
  85: 'IndexOptionsConflict',
  115: 'CommandNotSupported',
  168: 'InvalidPipelineOperator',
  171: 'CannotIndexParallelArrays',
  334: 'MechanismUnavailable',
  11000: 'DuplicateKey',
  10334: 'BSONObjectTooLarge',
  40324: 'Location40324',
  40414: 'Location40414',
  40415: 'Location40415',
} as const;

export type ErrorCode = keyof typeof NAMES;

/** A refusal that MongoDB's clients understand: `code` and `codeName` are MongoDB's own. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly codeName: string;

  constructor(
    readonly code: ErrorCode,
    message: string,
    /** Further fields of the answer, such as a duplicate key's pattern and value. */
    readonly details: BsonDocument = {},
  ) {
    super(message);
    this.codeName = NAMES[code];
  }
}

/** The error for something that MongoDB may know and this engine does not. */
export const unsupported = (thing: string, code: ErrorCode = 115): CommandError =>
  new CommandError(code, `${thing} is not supported by the embedded MongoDB.`);
