import { hasUnprintable, isBlank } from './printable-text';

/** Characters (Unicode code points) that OpenID Connect allows the `sub` of a token, which is the member's id. */
export const MEMBER_ID_LENGTH = 255;

/**
 * Why a text cannot be a member's id, as the end of a sentence; undefined when it can. An id is compared exactly: nothing
 * of it is trimmed, folded or normalised.
 */
export function memberIdFault(id: string): string | undefined {
  if (isBlank(id)) return 'is empty';
  if (hasUnprintable(id)) return 'has a control character or a line break';
  const length = Array.from(id).length;
  return length > MEMBER_ID_LENGTH
    ? `has ${String(length)} characters; at most ${String(MEMBER_ID_LENGTH)} are allowed`
    : undefined;
}
