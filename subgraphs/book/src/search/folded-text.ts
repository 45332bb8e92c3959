/** Characters that have no decomposition in Unicode, and that readers type without their stroke or as two characters. */
const PLAIN: Readonly<Record<string, string>> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ł: 'l',
  ŧ: 't',
  þ: 'th',
  ß: 'ss',
  ς: 'σ',
};
const PLAIN_LETTERS = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g');
const APOSTROPHES = /[\u2018\u2019\u201b\u02bc\u02b9\u2032\u0060\u00b4]/g;
const HYPHENS = /[\p{Dash_Punctuation}\u2212]/gu;
/** Accents of alphabets whose readers search without them. In others a mark makes another character (й, が, क्ष). */
const ACCENTS = /(?<=[\p{Script=Latin}\p{Script=Greek}]\p{M}*)\p{Mn}/gu;

/** Two initial consonants as a Korean keyboard joins them. NFKC would make a final consonant of them, as of a syllable's end. */
const JOINED: Readonly<Record<string, string>> = {
  ㄳ: 'ㄱㅅ',
  ㄵ: 'ㄴㅈ',
  ㄶ: 'ㄴㅎ',
  ㄺ: 'ㄹㄱ',
  ㄻ: 'ㄹㅁ',
  ㄼ: 'ㄹㅂ',
  ㄽ: 'ㄹㅅ',
  ㄾ: 'ㄹㅌ',
  ㄿ: 'ㄹㅍ',
  ㅀ: 'ㄹㅎ',
  ㅄ: 'ㅂㅅ',
};
const JOINED_CONSONANTS = new RegExp(`[${Object.keys(JOINED).join('')}]`, 'g');

/**
 * A text as search compares it: compatibility forms are one (full width, ligatures, decomposed Hangul), and so are cases by
 * full case folding (ß and ss, the sigmas, the Turkish i), Latin and Greek accents, joined initial consonants of Hangul,
 * apostrophes, hyphens and white space.
 */
export function folded(text: string): string {
  return text
    .replace(APOSTROPHES, "'")
    .replace(JOINED_CONSONANTS, (character) => JOINED[character] ?? character)
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(APOSTROPHES, "'")
    .replace(HYPHENS, '-')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFD')
    .replace(ACCENTS, '')
    .replace(PLAIN_LETTERS, (character) => PLAIN[character] ?? character)
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim();
}

const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const FIRST_INITIAL = 0x1100;
const SYLLABLES_OF_AN_INITIAL = 588;
/** Initial consonants alone, as {@link folded} leaves what is typed on a Korean keyboard without a vowel. */
const INITIALS = /^[\u1100-\u1112]+$/;

export const isInitials = (word: string): boolean => INITIALS.test(word);

/** The initial consonants of each run of Hangul syllables in a folded text, one space between the runs. */
export function initialsOf(text: string): string {
  const initials = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < FIRST_SYLLABLE || code > LAST_SYLLABLE) return isInitials(character) ? character : ' ';
    return String.fromCodePoint(FIRST_INITIAL + Math.floor((code - FIRST_SYLLABLE) / SYLLABLES_OF_AN_INITIAL));
  });
  return initials.join('').replace(/ +/g, ' ').trim();
}
