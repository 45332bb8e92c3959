import type { Sentences } from '../catalogue';
import type { InputFacts } from '../facts/input-facts';

export const input: Sentences<InputFacts> = {
  TEXT_UNPRINTABLE: ({ field }) => `"${field}" has a control character or a line break; leave it out.`,
  TEXT_NO_CHARACTER: ({ field }) => `"${field}" has a code point that is no character; leave it out.`,
  TEXT_EMPTY: ({ field, most }) => `"${field}" is empty; use 1 to ${String(most)} characters that can be seen.`,
  TEXT_BYTES: ({ field, bytes, most }) => `"${field}" takes ${String(bytes)} bytes; use at most ${String(most)}.`,
  TEXT_COMBINED: ({ field, codePoints, most }) =>
    `"${field}" has a character of ${String(codePoints)} combined code points; use at most ${String(most)}.`,
  TEXT_LENGTH: ({ field, count, most }) => `"${field}" has ${String(count)} characters; use 1 to ${String(most)}.`,
  LIST_LENGTH: ({ field, count, most }) => `"${field}" has ${String(count)} entries; use up to ${String(most)}.`,
  COUNT_RANGE: ({ field, count, least, most }) =>
    `"${field}" is ${String(count)}; use ${String(least)} to ${String(most)}.`,
  ID_LENGTH: ({ field, count, most }) =>
    `"${field}" has ${String(count)} characters; an id has at most ${String(most)}.`,
  ID_NO_TEXT: ({ field, given }) => `"${field}" is ${given ?? 'missing'}; an id is a text.`,
  MEMBER_ID_EMPTY: ({ field }) => `"${field}" is no member id: it is empty.`,
  MEMBER_ID_UNPRINTABLE: ({ field }) => `"${field}" is no member id: it has a control character or a line break.`,
  MEMBER_ID_LENGTH: ({ field, count, most }) =>
    `"${field}" is no member id: it has ${String(count)} characters; at most ${String(most)} are allowed.`,
  PAGE_TWO_SIZES: () => '"first" and "last" are both given; use "first" to page forward or "last" to page backward.',
  PAGE_SIZE: ({ field, size, most }) => `"${field}" is ${String(size)}; ask for 1 to ${String(most)}.`,
  CURSOR_UNKNOWN: ({ field }) => `"${field}" is not a cursor of this list; use a cursor that it returned.`,
  SEARCH_TOO_SHORT: ({ search }) =>
    `"search" is ${JSON.stringify(search)}; use at least two alphanumeric characters in a row, or one Chinese, Japanese or Korean character.`,
  IDEMPOTENCY_KEY_REUSED: ({ key }) =>
    `The idempotencyKey "${key}" was used before with other arguments; use a new one.`,
  IDEMPOTENCY_KEYS_USED_UP: ({ perDay }) =>
    `You have used ${String(perDay)} idempotency keys today, which is all there are; use one of them again, send the command without a key, or wait until tomorrow (UTC).`,
  COPIES_PER_TITLE: ({ copies, title, has, most }) =>
    `"copies" is ${String(copies)} and "${title}" has ${String(has)}; a title has at most ${String(most)}.`,
};
