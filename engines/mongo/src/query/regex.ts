import { BSONRegExp, shown } from '../bson/values';
import { CommandError, unsupported } from '../errors';

const FLAGS = 'imsu';

/** JavaScript's expression for one of MongoDB's. Throws for an option or a pattern that JavaScript does not have. */
export function toRegExp(source: unknown, options?: unknown): RegExp {
  const pattern = source instanceof BSONRegExp ? source.pattern : source;
  if (typeof pattern !== 'string') throw new CommandError(2, `$regex has to be a string, got ${shown(source)}`);
  const flags = options ?? (source instanceof BSONRegExp ? source.options : '');
  if (typeof flags !== 'string') throw new CommandError(2, '$options has to be a string');
  const strange = Array.from(flags).find((flag) => !FLAGS.includes(flag));
  if (strange !== undefined) throw unsupported(`The regular expression option '${strange}'`, 2);
  try {
    return new RegExp(pattern, flagged(`${flags}u`));
  } catch {
    return lenient(pattern, flags);
  }
}

/** Each flag once. */
const flagged = (flags: string): string => Array.from(new Set(flags)).join('');

/** Escapes that Unicode mode refuses, such as `\-`, mean the character itself. */
function lenient(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flagged(flags).replace('u', ''));
  } catch (error) {
    throw new CommandError(2, `Regular expression is invalid: ${error instanceof Error ? error.message : pattern}`);
  }
}
