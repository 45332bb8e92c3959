/** Prefixes of an ISBN in catalogues and on title pages. */
const LABEL = /^(?:urn:)?isbn(?:[\s\p{Dash_Punctuation}]?1[03](?=[\s:]))?\s*:?/u;
const SEPARATORS = /[\s\p{Dash_Punctuation}\p{Default_Ignorable_Code_Point}\u2212]/gu;

/** Whether a text is the label of an ISBN that follows it. */
export const isIsbnLabel = (text: string): boolean => LABEL.exec(`${text} `)?.[0].trim() === text;

/** An ISBN in the form for comparison: its digits, without separators and prefix. Undefined for another text. */
export function compactIsbn(text: string): string | undefined {
  const compact = text.normalize('NFKC').toLowerCase().trim().replace(LABEL, '').replace(SEPARATORS, '');
  return /^(?:\d{9}[\dx]|97[89]\d{10})$/.test(compact) ? compact : undefined;
}

/** Ten or thirteen digits between which there is nothing but separators, and beside which there is no further digit. */
const ISBN = new RegExp(`(?<!\\d)(?:97[89]${SEPARATORS.source}*)?(?:\\d${SEPARATORS.source}*){9}[\\dx](?!\\d)`, 'gu');

/** The ISBNs of a text, which may have more beside them (`(pbk.)`, a second ISBN), in the form for comparison. */
function isbnsIn(text: string): readonly string[] {
  const whole = compactIsbn(text);
  if (whole !== undefined) return [whole];
  return (text.normalize('NFKC').toLowerCase().match(ISBN) ?? []).map((isbn) => isbn.replace(SEPARATORS, ''));
}

/** The digits of a part of an ISBN that has hyphens, four of them at least; undefined for another word of a folded text. */
export function compactIsbnPart(word: string): string | undefined {
  const compact = word.replaceAll('-', '');
  return compact !== word && /^\d{3,}[\dx]$/.test(compact) ? compact : undefined;
}

/** All forms in which readers know the book of each ISBN of a text: ISBN-13, and ISBN-10 where there is one (prefix 978). */
export const isbnForms = (text: string): readonly string[] => [...new Set(isbnsIn(text).flatMap(formsOf))];

function formsOf(compact: string): readonly string[] {
  if (compact.length === 10) return [compact, withCheckDigit13(`978${compact.slice(0, 9)}`)];
  return compact.startsWith('978') ? [compact, withCheckDigit10(compact.slice(3, 12))] : [compact];
}

/** The correct check digit of the first ISBN of a text that has another one; undefined where there is no such ISBN. */
export function expectedCheckDigit(text: string): string | undefined {
  const wrong = isbnsIn(text).find((isbn) => isbn !== withCheckDigit(isbn));
  return wrong === undefined ? undefined : withCheckDigit(wrong).slice(-1).toUpperCase();
}

const withCheckDigit = (isbn: string): string =>
  isbn.length === 10 ? withCheckDigit10(isbn.slice(0, 9)) : withCheckDigit13(isbn.slice(0, 12));

/** ISO 2108: weights 10 to 2, modulo 11, where x stands for 10. */
function withCheckDigit10(nine: string): string {
  const sum = Array.from(nine).reduce((total, digit, index) => total + Number(digit) * (10 - index), 0);
  const check = (11 - (sum % 11)) % 11;
  return `${nine}${check === 10 ? 'x' : String(check)}`;
}

/** ISO 2108: weights 1 and 3 in turn, modulo 10. */
function withCheckDigit13(twelve: string): string {
  const sum = Array.from(twelve).reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return `${twelve}${String((10 - (sum % 10)) % 10)}`;
}
