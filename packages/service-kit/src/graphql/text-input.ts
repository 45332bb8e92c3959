import { hasUnprintable, isBlank } from '@rentalbook/event-contracts';
import type { TextFault } from '@rentalbook/sentences';
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

/** The fault of a trimmed text of 1 to `most` characters; undefined for a valid one. A character is an extended grapheme cluster. */
export function textFault(text: string, most: number): TextFault | undefined {
  if (hasUnprintable(text)) return { code: 'TEXT_UNPRINTABLE', facts: {} };
  if (NO_CHARACTER.test(text)) return { code: 'TEXT_NO_CHARACTER', facts: {} };
  if (isBlank(text)) return { code: 'TEXT_EMPTY', facts: { most } };
  const bytes = Buffer.byteLength(text);
  if (bytes > most * BYTES_PER_CHARACTER)
    return { code: 'TEXT_BYTES', facts: { bytes, most: most * BYTES_PER_CHARACTER } };
  let count = 0;
  for (const { segment } of characters.segment(text)) {
    count += 1;
    const codePoints = segment.length > CODE_POINTS_PER_CHARACTER ? Array.from(segment).length : 1;
    if (codePoints > CODE_POINTS_PER_CHARACTER)
      return { code: 'TEXT_COMBINED', facts: { codePoints, most: CODE_POINTS_PER_CHARACTER } };
  }
  return count > most ? { code: 'TEXT_LENGTH', facts: { count, most } } : undefined;
}

/**
 * The text as it was given, without surrounding white space; throws BAD_USER_INPUT when it shows nothing, is longer than
 * `most` characters, or contains control characters. It is stored as given and normalised only to be compared.
 */
export function requireText(field: string, text: string, most: number): string {
  const trimmed = text.trim();
  const fault = textFault(trimmed, most);
  if (fault === undefined) return trimmed;
  throw faultyText(field, fault);
}

/** A fault has its own facts, and the field is what they lack. */
const faultyText = (field: string, { code, facts }: TextFault): Error => badUserInput(code, { ...facts, field });

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
    throw badUserInput('LIST_LENGTH', { field, count: given.length, most: most.entries });
  return given.map((text) => requireText(field, text, most.characters));
}

/** An optional text argument that is blank counts as missing. */
export const isLeftOut = (text: string | null | undefined): text is '' | null | undefined =>
  text === undefined || text === null || text.trim() === '';

/** The number; throws BAD_USER_INPUT when it is not within the bounds. */
export function requireCount(field: string, count: number, least: number, most: number): number {
  if (Number.isInteger(count) && count >= least && count <= most) return count;
  throw badUserInput('COUNT_RANGE', { field, count, least, most });
}
