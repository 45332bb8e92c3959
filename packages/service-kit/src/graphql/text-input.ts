import { hasUnprintable, isBlank } from '@rentalbook/event-contracts';
import { badUserInput } from './errors';

/**
 * How many UTF-8 bytes a text may take per character that it may have. A family emoji takes 25, a decomposed Hangul
 * syllable 9. The limits of the event contracts are the same product, so that no accepted text is too long for an event.
 */
const BYTES_PER_CHARACTER = 32;
/** Code points of one character: enough for every emoji and conjunct, and for 30 combining marks (UAX #15, stream-safe). */
const CODE_POINTS_PER_CHARACTER = 32;

/** Noncharacters, and the marks of interlinear annotations. */
const NO_CHARACTER = /[\p{Noncharacter_Code_Point}\ufff9-\ufffb]/u;

const characters = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * The fault of a trimmed text of 1 to `most` characters, as the rest of a sentence; undefined for a valid one.
 * A character is an extended grapheme cluster.
 */
export function textFault(text: string, most: number): string | undefined {
  if (hasUnprintable(text)) return 'has a control character or a line break; leave it out';
  if (NO_CHARACTER.test(text)) return 'has a code point that is no character; leave it out';
  if (isBlank(text)) return `is empty; use 1 to ${String(most)} characters that can be seen`;
  const bytes = Buffer.byteLength(text);
  if (bytes > most * BYTES_PER_CHARACTER)
    return `takes ${String(bytes)} bytes; use at most ${String(most * BYTES_PER_CHARACTER)}`;
  let count = 0;
  for (const { segment } of characters.segment(text)) {
    count += 1;
    const codePoints = segment.length > CODE_POINTS_PER_CHARACTER ? Array.from(segment).length : 1;
    if (codePoints > CODE_POINTS_PER_CHARACTER)
      return `has a character of ${String(codePoints)} combined code points; use at most ${String(CODE_POINTS_PER_CHARACTER)}`;
  }
  return count > most ? `has ${String(count)} characters; use 1 to ${String(most)}` : undefined;
}

/**
 * The text as it was given, without surrounding white space; throws BAD_USER_INPUT when it shows nothing, is longer than
 * `most` characters, or contains control characters. It is stored as given and normalised only to be compared.
 */
export function requireText(field: string, text: string, most: number): string {
  const trimmed = text.trim();
  const fault = textFault(trimmed, most);
  if (fault !== undefined) throw badUserInput(`"${field}" ${fault}.`);
  return trimmed;
}

/** The text of an argument that may be left out, which null, "" and white space do too; otherwise as {@link requireText}. */
export function optionalText(field: string, text: string | null | undefined, most: number): string | undefined {
  return isLeftOut(text) ? undefined : requireText(field, text, most);
}

/** The texts of a list that may be left out; an entry that is "" or white space counts as left out too. */
export function optionalTexts(
  field: string,
  texts: readonly string[] | null | undefined,
  most: { readonly entries: number; readonly characters: number },
): readonly string[] {
  const given = (texts ?? []).filter((text) => !isLeftOut(text));
  if (given.length > most.entries)
    throw badUserInput(`"${field}" has ${String(given.length)} entries; use up to ${String(most.entries)}.`);
  return given.map((text) => requireText(field, text, most.characters));
}

/** An optional text argument that is blank counts as missing. */
export const isLeftOut = (text: string | null | undefined): text is '' | null | undefined =>
  text === undefined || text === null || text.trim() === '';

/** The number; throws BAD_USER_INPUT when it is not within the bounds. */
export function requireCount(field: string, count: number, least: number, most: number): number {
  if (Number.isInteger(count) && count >= least && count <= most) return count;
  throw badUserInput(`"${field}" is ${String(count)}; use ${String(least)} to ${String(most)}.`);
}
