import { hasUnprintable, isBlank } from './printable-text';

/** Characters (Unicode code points) that OpenID Connect allows the `sub` of a token, which is the member's id. */
export const MEMBER_ID_LENGTH = 255;

/** Code points. */
export const charactersOf = (text: string): number => Array.from(text).length;

/**
 * Why a text cannot be a member's id; undefined when it can. An id is compared exactly: nothing of it is trimmed, folded or
 * normalised.
 */
export function memberIdFault(id: string): 'EMPTY' | 'UNPRINTABLE' | 'LENGTH' | undefined {
  if (isBlank(id)) return 'EMPTY';
  if (hasUnprintable(id)) return 'UNPRINTABLE';
  return charactersOf(id) > MEMBER_ID_LENGTH ? 'LENGTH' : undefined;
}
