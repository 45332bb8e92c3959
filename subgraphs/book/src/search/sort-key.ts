/** Compares base characters alone; `complete` compares accents and case besides. */
const complete = new Intl.Collator('und', { caseFirst: 'false' });
const primary = new Intl.Collator('und', { sensitivity: 'base', caseFirst: 'false' });

/** In ascending order of code points, so that MongoDB's comparison of keys is a comparison of weights. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~';
/** Between the levels of a key; lower than any weight, so that a text comes before what continues it. */
const LEVEL = ' ';
const PLAIN_LETTER = '.';
/** Above all weights of characters that have one of their own, of which there are fewer than 40,000. */
const IDEOGRAPHS = { weight: 40_000, first: 0x4e00, last: 0x9fff };
const OTHERS = { weight: 62_000, first: 0x3400 };

/**
 * Digits are compared by value. Characters whose collation elements are those of two others have no decomposition in Unicode.
 */
const EXPANSIONS: Readonly<Record<string, string>> = { ß: 'ss', ẞ: 'SS', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE' };

/**
 * A key whose order by code points is the order of the root collation (ICU) with digits by value: base characters decide first,
 * then accents, then case and other variants. The weights of single characters are read from Intl.Collator once in a process.
 */
export function sortKeyOf(title: string): string {
  const characters = charactersOf(title);
  let bases = '';
  let accents = '';
  let variants = '';
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (isDigit(character)) {
      const start = at;
      while (isDigit(characters[at + 1] ?? '')) at += 1;
      bases += numberKey(characters.slice(start, at + 1));
      accents += PLAIN_LETTER;
      variants += ALPHABET.charAt(0);
      continue;
    }
    const { weight, variant, place } = weightOf(character);
    if (weight === 0) accents += encoded(place);
    else {
      bases += encoded(weight);
      accents += PLAIN_LETTER;
      variants += ALPHABET.charAt(variant);
    }
  }
  return [bases, accents, variants].join(LEVEL);
}

/** Grows with each change of how keys are made; keys of the same version can be compared. */
export const SORT_KEY_VERSION = 2_000_000 + versionOf(process.versions['icu']);

function versionOf(icu: string | undefined): number {
  const [major = '0', minor = '0'] = (icu ?? '').split('.');
  return Number(major) * 1_000 + Number(minor);
}

/** In Thai and Lao, a vowel that is written before the consonant after which it is sorted. */
const VOWEL_BEFORE_CONSONANT = /([เ-ไ])([ก-ฮ])|([ເ-ໄ])([ກ-ຮໜ-ໟ])/g;

/** The characters of a title in the order in which they weigh, decomposed where they weigh what their parts do. */
function charactersOf(title: string): readonly string[] {
  const inOrder = expanded(title).normalize('NFC').replace(VOWEL_BEFORE_CONSONANT, '$2$1$4$3');
  return Array.from(inOrder.normalize('NFKC')).flatMap((character) =>
    isContraction(character) ? [character] : Array.from(character.normalize('NFKD')),
  );
}

/** Weighs more than any character. */
const HIGHEST = '\uffff';
const contractions = new Map<string, boolean>();

/** Whether a character weighs something else than its base character with marks: й is a character after и, and é is an e. */
function isContraction(character: string): boolean {
  const known = contractions.get(character);
  if (known !== undefined) return known;
  const [base = character] = Array.from(character.normalize('NFD'));
  const found =
    character !== base &&
    !WITHOUT_OWN_WEIGHT.test(character) &&
    (primary.compare(character, base) < 0 || primary.compare(character, base + HIGHEST) > 0);
  contractions.set(character, found);
  return found;
}

const expanded = (text: string): string => text.replace(/[ßẞæÆœŒ]/g, (character) => EXPANSIONS[character] ?? character);
const isDigit = (character: string): boolean => /^\p{Nd}$/u.test(character);

/** All digits weigh what "0" does; what differs is the value: how many digits it has, then which. */
function numberKey(digits: readonly string[]): string {
  const value = digits
    .map(digitValue)
    .join('')
    .replace(/^0+(?=\d)/, '');
  return `${encoded(weightOf('0').weight)}${encoded(value.length)}${value}`;
}

/** The digits of a script are ten code points in a row, the first of which is a multiple of ten from a range's start. */
function digitValue(digit: string): number {
  let value = 0;
  const code = digit.codePointAt(0) ?? 0;
  while (value < 9 && isDigit(String.fromCodePoint(code - value - 1))) value += 1;
  return primary.compare(digit, String(value)) === 0
    ? value
    : Math.max(
        0,
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'].findIndex((one) => primary.compare(digit, one) === 0),
      );
}

const encoded = (weight: number): string => digitOf(weight, 2) + digitOf(weight, 1) + digitOf(weight, 0);
const digitOf = (weight: number, place: number): string =>
  ALPHABET.charAt(Math.floor(weight / ALPHABET.length ** place) % ALPHABET.length);

const ASSIGNED = /^\p{Assigned}$/u;
/** Private use, surrogates, ideographs, and Hangul syllables, which decompose. */
const WITHOUT_OWN_WEIGHT = /^[\p{Co}\p{Cs}\p{Unified_Ideograph}\uac00-\ud7a3]$/u;

interface Weight {
  readonly weight: number;
  /** The place among characters of the same weight; 0 for the lower case of the base character. */
  readonly variant: number;
  /** The place in the order of all characters. */
  readonly place: number;
}
let weights: ReadonlyMap<string, Weight> | undefined;

/** The weight is 0 for a character without one of its own, such as an accent. */
function weightOf(character: string): Weight {
  weights ??= weightsOfCharacters();
  const known = weights.get(character);
  if (known !== undefined) return known;
  // Ideographs come last, those of the first block before the extensions; so do characters that this ICU does not know.
  const code = character.codePointAt(0) ?? 0;
  if (code >= IDEOGRAPHS.first && code <= IDEOGRAPHS.last)
    return { weight: IDEOGRAPHS.weight + code - IDEOGRAPHS.first, variant: 0, place: 0 };
  return {
    weight: Math.min(OTHERS.weight + Math.max(0, code - OTHERS.first), ALPHABET.length ** 3 - 1),
    variant: 0,
    place: 0,
  };
}

function weightsOfCharacters(): ReadonlyMap<string, Weight> {
  const characters: string[] = [];
  for (let code = 0; code < 0x20000; code += 1) {
    const character = String.fromCodePoint(code);
    if (ASSIGNED.test(character) && !WITHOUT_OWN_WEIGHT.test(character)) characters.push(character);
  }
  characters.sort((one, other) => complete.compare(one, other));
  const found = new Map<string, Weight>();
  let weight = 0;
  let variant = 0;
  let before = '';
  for (const [place, character] of characters.entries()) {
    if (primary.compare(character, before) !== 0) {
      weight += 1;
      variant = 0;
    } else if (complete.compare(character, before) !== 0) variant = Math.min(variant + 1, ALPHABET.length - 1);
    found.set(character, { weight, variant, place });
    before = character;
  }
  return found;
}
