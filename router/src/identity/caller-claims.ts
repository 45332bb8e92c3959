import { charactersOf, MEMBER_ID_LENGTH, memberIdFault, withoutUnprintable } from '@rentalbook/event-contracts';
import { textFault, unauthenticated, type Caller, type Role } from '@rentalbook/service-kit';
import type { JWTPayload } from 'jose';

/**
 * Of the claims with a name, the first one counts that a title could be called. An e-mail address is not among them: the name travels
 * in events and is shown to librarians, and the id serves as well.
 */
const NAME_CLAIMS = ['name', 'preferred_username', 'nickname'];
/** Visible characters. The bytes have a limit of their own, because the name is in a header of each call. */
const NAME_LENGTH = 200;
const NAME_BYTES = 1_600;
const characters = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * The caller of the claims of a verified token. The claim `rolesClaim` is looked up by its literal name first, then as a
 * path into nested objects; a token without it speaks for a member without any role. Throws UNAUTHENTICATED.
 */
export function callerOf(claims: JWTPayload, rolesClaim: string): Caller {
  const memberId = memberIdOf(claims);
  return { memberId, name: nameOf(claims) ?? shortened(memberId), roles: rolesOf(claims, rolesClaim) };
}

function memberIdOf({ sub }: JWTPayload): string {
  if (typeof sub !== 'string') throw unauthenticated('TOKEN_NO_MEMBER', {});
  const fault = memberIdFault(sub);
  if (fault === undefined) return sub;
  if (fault === 'LENGTH')
    throw unauthenticated('TOKEN_MEMBER_LENGTH', { count: charactersOf(sub), most: MEMBER_ID_LENGTH });
  throw unauthenticated(`TOKEN_MEMBER_${fault}`, {});
}

function nameOf(claims: JWTPayload): string | undefined {
  for (const claim of NAME_CLAIMS) {
    const given = claims[claim];
    if (given === undefined || given === null) continue;
    if (typeof given !== 'string') throw unauthenticated('TOKEN_NO_NAME', { claim });
    const name = shortened(withoutUnprintable(given.normalize('NFC')));
    if (textFault(name, NAME_LENGTH) === undefined) return name;
  }
  return undefined;
}

/** The name within the limits; a longer one ends with "…", and no character of it is cut in two. */
function shortened(name: string): string {
  // A character has at least one UTF-16 unit, which is at most three bytes: most names need not be taken apart.
  if (name.length <= NAME_LENGTH) return name;
  const all = Array.from(characters.segment(name), ({ segment }) => segment);
  if (all.length <= NAME_LENGTH && Buffer.byteLength(name) <= NAME_BYTES) return name;
  let kept = '';
  for (const character of all.slice(0, NAME_LENGTH - 1)) {
    if (Buffer.byteLength(`${kept}${character}…`) > NAME_BYTES) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Roles that this system does not know are ignored: an issuer serves other applications, too. */
function rolesOf(claims: JWTPayload, rolesClaim: string): readonly Role[] {
  const claim = claimAt(claims, rolesClaim.split('.')) ?? [];
  const given: unknown = typeof claim === 'string' ? claim.split(/[\s,]+/) : claim;
  if (!Array.isArray(given) || !given.every((role) => typeof role === 'string'))
    throw unauthenticated('TOKEN_NO_ROLES', { claim: rolesClaim });
  return [...new Set(given.filter(isRole))];
}

/** The longest name wins at each level, so that names with dots in them are found: URLs, and the ids of clients. */
function claimAt(claims: unknown, path: readonly string[]): unknown {
  if (typeof claims !== 'object' || claims === null) return undefined;
  const own = new Map<string, unknown>(Object.entries(claims));
  for (let taken = path.length; taken > 0; taken -= 1) {
    const found = own.get(path.slice(0, taken).join('.'));
    const value = taken === path.length ? found : claimAt(found, path.slice(taken));
    if (value !== undefined) return value;
  }
  return undefined;
}

function isRole(role: string): role is Role {
  return role === 'member' || role === 'librarian';
}
