import type { Title } from '../domain/catalogue-book';
import { folded, initialsOf, isInitials } from './folded-text';
import { compactIsbn, compactIsbnPart, isbnForms, isIsbnLabel } from './isbn';
import { SORT_KEY_VERSION, sortKeyOf } from './sort-key';

/** How a title is found and sorted: derived from the title alone, so that it can be made again at any time. */
export interface Listing {
  readonly _id: string;
  /** The version of the rules by which it was made; a lower one is made again. */
  readonly version: number;
  readonly sortKey: string;
  /** Title, authors and ISBN as search compares them, a line each. */
  readonly text: string;
  /** The initial consonants of the Hangul in it. */
  readonly initials: string;
  /** The parts of both of which one at least is in every search that finds the title. */
  readonly grams: readonly string[];
}

/** Raised when the rules of search or of the sort key change; a library that is stored is then listed again. */
const RULES = 3;
export const LISTING_VERSION = RULES * 10_000_000 + SORT_KEY_VERSION;

export function listingOf({ bookId, bookNm, authors, isbn }: Title): Listing {
  const lines = [bookNm, ...authors, ...(isbn === null ? [] : [isbn])].map(folded);
  const text = [...lines, ...isbnForms(isbn ?? '')].join('\n');
  const initials = lines.map(initialsOf).join('\n');
  const grams = new Set([...gramsOf(text), ...gramsOf(initials)]);
  return { _id: bookId, version: LISTING_VERSION, sortKey: sortKeyOf(bookNm), text, initials, grams: [...grams] };
}

/** The conditions of a search: regular expressions, each of which the text or the initials of a listing match. */
export interface Search {
  readonly text: readonly string[];
  readonly initials: readonly string[];
  /** Grams that every match has; the longest words first, for they are in the fewest titles. */
  readonly grams: readonly string[];
}

/** Undefined for a search that no gram narrows: one character, of a script of which many make a word. */
export function searchFor(typed: string): Search | undefined {
  for (const words of readingsOf(typed)) {
    const grams = [...words].sort((one, other) => other.length - one.length).flatMap(gramsOfWord);
    if (grams.length === 0) continue;
    const text = words.filter((word) => !isInitials(word)).map(patternOf);
    return { text, initials: words.filter(isInitials), grams };
  }
  return undefined;
}

/** Punctuation at the ends of a word, without the signs that make it another word, as in C# and @home. */
const ENDS = /^(?:(?![#%&@_])\p{P})+|(?:(?![#%&@_])\p{P})+$/gu;
/** Punctuation between words that need no space beside it. A comma or a colon between digits is a part of a number or a time. */
const BETWEEN = /[\p{Ps}\p{Pe}\p{Pi}\p{Pf}";、。]|(?<!\d)[,:]|[,:](?!\d)/u;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

const bare = (word: string): string => word.replace(ENDS, '');

/**
 * The words of a search, first without the punctuation beside them. The next readings keep more of it, for a search of so few
 * characters that punctuation makes the word: `V.`, `f(x)`.
 */
function* readingsOf(typed: string): Generator<readonly string[]> {
  const whole = folded(typed);
  const isbn = compactIsbn(bare(whole));
  if (isbn !== undefined) yield [isbn];
  const asTyped = whole.split(' ');
  const apart = asTyped.flatMap((word) => (compactIsbn(bare(word)) === undefined ? word.split(BETWEEN) : [word]));
  yield withoutLabels(apart.map(bare).filter((word) => LETTER_OR_DIGIT.test(word)));
  yield withoutLabels(apart.filter((word) => word !== ''));
  yield withoutLabels(asTyped);
}

/** Words as listings have them: an ISBN among them compact, and without its label. */
function withoutLabels(words: readonly string[]): readonly string[] {
  const isbns = words.map(compactIsbn);
  const isAfterLabel = (at: number): boolean =>
    isbns[at] !== undefined || compactIsbnPart(words[at] ?? '') !== undefined;
  return words.flatMap((word, at) => (isIsbnLabel(word) && isAfterLabel(at + 1) ? [] : [isbns[at] ?? word]));
}

/** The part of an ISBN by which the index narrows a search: digits between hyphens are in each form of it. */
const indexedParts = (word: string): readonly string[] =>
  compactIsbnPart(word) === undefined ? [word] : word.split('-').filter(({ length }) => length > 1);

function gramsOfWord(word: string): readonly string[] {
  const parts = indexedParts(word);
  return (parts.length > 0 ? parts : [word]).flatMap(longestGrams);
}

/** Matches the word, also without its hyphens in a line of digits: an ISBN is stored with hyphens or without. */
function patternOf(word: string): string {
  const asTyped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const compact = compactIsbnPart(word);
  if (compact === undefined || indexedParts(word).length === 0) return asTyped;
  return `${asTyped}|\\n[\\dx]*${compact}[\\dx]*(?:\\n|$)`;
}

const LONGEST_GRAM = 3;
/** Scripts in which one character is a word or a syllable. */
const SYLLABIC = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** All parts of two and three characters within a word, and single characters of syllabic scripts. */
function gramsOf(text: string): ReadonlySet<string> {
  const grams = new Set<string>();
  for (const word of text.split(/\s/)) {
    const characters = Array.from(word);
    for (let at = 0; at < characters.length; at += 1)
      for (let length = 1; length <= LONGEST_GRAM && at + length <= characters.length; length += 1) {
        const gram = characters.slice(at, at + length).join('');
        if (length > 1 || SYLLABIC.test(gram)) grams.add(gram);
      }
  }
  return grams;
}

/** The longest grams of a word, without duplicates. */
function longestGrams(word: string): readonly string[] {
  const characters = Array.from(word);
  const length = Math.min(LONGEST_GRAM, characters.length);
  if (length < 2 && !SYLLABIC.test(word)) return [];
  return characters.slice(length - 1).map((_, at) => characters.slice(at, at + length).join(''));
}
