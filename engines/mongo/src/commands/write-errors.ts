import type { BsonDocument } from '../bson/values';
import { CommandError } from '../errors';

/**
 * Carries out the writes of one command, one after another. Without `ordered` a refused one does not keep the others from
 * being tried. Every write is atomic on its own; the command is not.
 */
export function runWrites<T>(
  writes: readonly T[],
  ordered: boolean,
  write: (item: T, index: number) => void,
): readonly BsonDocument[] {
  const errors: BsonDocument[] = [];
  for (const [index, item] of writes.entries()) {
    try {
      write(item, index);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      errors.push({ index, code: error.code, errmsg: error.message, ...error.details });
      if (ordered) break;
    }
  }
  return errors;
}

export const withErrors = (errors: readonly BsonDocument[]): BsonDocument =>
  errors.length === 0 ? {} : { writeErrors: [...errors] };
