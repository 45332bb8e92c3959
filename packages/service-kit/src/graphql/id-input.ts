import { charactersOf, hasUnprintable, MEMBER_ID_LENGTH, memberIdFault } from '@rentalbook/event-contracts';
import { badUserInput } from './errors';

/** Longer than any id of this system; the limit of events. */
const ID_LENGTH = 64;

/**
 * The id of a book, copy, reservation or rental; throws BAD_USER_INPUT when it is no text, longer than an id can be, or
 * cannot be printed. The graph types the arguments of fields; a reference to an entity may hold any JSON.
 */
export function requireId(field: string, id: unknown): string {
  if (typeof id !== 'string') throw notText(field, id);
  if (id.length > ID_LENGTH) throw badUserInput('ID_LENGTH', { field, count: id.length, most: ID_LENGTH });
  if (hasUnprintable(id)) throw badUserInput('TEXT_UNPRINTABLE', { field });
  return id;
}

/** The id of a member; throws BAD_USER_INPUT when no token could carry it. */
export function requireMemberId(field: string, id: unknown): string {
  if (typeof id !== 'string') throw notText(field, id);
  const fault = memberIdFault(id);
  if (fault === undefined) return id;
  if (fault === 'LENGTH')
    throw badUserInput('MEMBER_ID_LENGTH', { field, count: charactersOf(id), most: MEMBER_ID_LENGTH });
  throw badUserInput(`MEMBER_ID_${fault}`, { field });
}

const SHOWN = 64;
const notText = (field: string, id: unknown): Error =>
  badUserInput('ID_NO_TEXT', { field, given: id === undefined ? undefined : JSON.stringify(id).slice(0, SHOWN) });
