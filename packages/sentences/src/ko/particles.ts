/** The two forms of a particle: after a final consonant, and after a vowel. */
type Forms = readonly [afterConsonant: string, afterVowel: string];

const TOPIC: Forms = ['은', '는'];
const SUBJECT: Forms = ['이', '가'];
const OBJECT: Forms = ['을', '를'];

const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
/** Syllables that differ in their final consonant alone; the first of them has none. */
const FINALS = 28;
/** How the digits are read; a number that ends in zeros ends with 십, 백, 천 or 만, which have a final consonant like 영. */
const DIGIT_FINALS = ['영', '일', '이', '삼', '사', '오', '육', '칠', '팔', '구'].map(finalOf);

const LAST_LETTER = /[\p{L}\p{N}](?=[^\p{L}\p{N}]*$)/u;

/**
 * The text in quotation marks with its particle, which follows from how the text is read; a text whose reading is unknown,
 * such as a Latin one, gets both forms: 은(는).
 */
const withParticle =
  (forms: Forms) =>
  (text: string): string =>
    `"${text}"${particleAfter(text, forms)}`;

export const topic = withParticle(TOPIC);
export const subject = withParticle(SUBJECT);
export const object = withParticle(OBJECT);

function particleAfter(text: string, [afterConsonant, afterVowel]: Forms): string {
  const final = finalOfText(text.normalize('NFC'));
  if (final === undefined) return `${afterConsonant}(${afterVowel})`;
  return final === 0 ? afterVowel : afterConsonant;
}

/** The index of the final consonant with which the text is read, 0 for a vowel; undefined for an unknown reading. */
function finalOfText(text: string): number | undefined {
  const last = LAST_LETTER.exec(text)?.[0];
  if (last === undefined) return undefined;
  return /[0-9]/.test(last) ? DIGIT_FINALS[Number(last)] : finalOf(last);
}

function finalOf(character: string): number | undefined {
  const code = character.codePointAt(0) ?? 0;
  return code >= FIRST_SYLLABLE && code <= LAST_SYLLABLE ? (code - FIRST_SYLLABLE) % FINALS : undefined;
}
