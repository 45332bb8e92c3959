import { memberIdFault } from '@rentalbook/event-contracts';
import { badUserInput } from './errors';

/** Longer than any id that this system gives, and what events can carry. */
const ID_LENGTH = 64;

/** The id of a book, copy, reservation or rental; throws BAD_USER_INPUT when it is longer than an id can be. */
export function requireId(field: string, id: string): string {
  if (id.length <= ID_LENGTH) return id;
  throw badUserInput(`"${field}" has ${String(id.length)} characters; an id has at most ${String(ID_LENGTH)}.`);
}

/** The id of a member; throws BAD_USER_INPUT when no token could carry it. */
export function requireMemberId(field: string, id: string): string {
  const fault = memberIdFault(id);
  if (fault === undefined) return id;
  throw badUserInput(`"${field}" is no member id: it ${fault}.`);
}
