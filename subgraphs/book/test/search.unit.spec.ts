import { folded, initialsOf } from '../src/search/folded-text';
import { expectedCheckDigit, isbnForms } from '../src/search/isbn';
import { listingOf, searchFor } from '../src/search/listing';

const listed = (title: string, more: { authors?: string[]; isbn?: string } = {}) =>
  listingOf({ bookId: 'book', bookNm: title, authors: more.authors ?? [], isbn: more.isbn ?? null });

/** Whether a search finds a listing, as the query of the catalogue asks it. */
function finds(typed: string, title: string, more: { authors?: string[]; isbn?: string } = {}): boolean {
  const search = searchFor(typed);
  if (!search) throw new Error(`"${typed}" is too short`);
  const listing = listed(title, more);
  const hasWords =
    search.text.every((pattern) => new RegExp(pattern).test(listing.text)) &&
    search.initials.every((pattern) => new RegExp(pattern).test(listing.initials));
  // The index must not hide what the expressions match.
  if (hasWords) expect(listing.grams).toEqual(expect.arrayContaining([...search.grams]));
  return hasWords;
}

describe('a search', () => {
  it.each([
    ['decomposed Hangul', '한글', '한글'.normalize('NFD')],
    ['composed Hangul', '한글'.normalize('NFD'), '한글'],
    ['a decomposed accent', 'café', 'cafe\u0301'],
    ['a composed accent', 'cafe\u0301', 'café'],
    ['no accent', 'cafe', 'Café'],
    ['an accent that the title does not have', 'Émma', 'Emma'],
    ['another case', 'EMMA', 'emma'],
    ['ss for ß', 'strasse', 'Die Straße'],
    ['ß for ss', 'straße', 'STRASSE'],
    ['a capital ẞ', 'grosse', 'GROẞE ERWARTUNGEN'],
    ['a final sigma', 'οδυσσεύς', 'ΟΔΥΣΣΕΥΣ'],
    ['a Turkish dotted i', 'istanbul', 'İstanbul'],
    ['a Turkish dotless i', 'ırmak', 'Irmak'],
    ['full-width characters', 'ｅｍｍａ', 'Emma'],
    ['half-width Katakana', 'ｶﾞﾗｽ', 'ガラス'],
    ['another apostrophe', "don't", 'Don’t look'],
    ['another hyphen', 'spider\u2011man', 'Spider-Man'],
    ['a soft hyphen in the title', 'wonderland', 'Wonder\u00adland'],
    ['words in another order', 'eighty world', 'Around the World in Eighty Days'],
    ['initial consonants', 'ㅎㄱ', '한글의 탄생'],
    ['joined initial consonants', 'ㄳ', '감상'],
    ...[
      'ㄳ 가수',
      'ㄵ 나주',
      'ㄶ 나하',
      'ㄺ 라가',
      'ㄻ 라마',
      'ㄼ 라바',
      'ㄽ 라사',
      'ㄾ 라타',
      'ㄿ 라파',
      'ㅀ 라하',
      'ㅄ 바사',
    ]
      .map((pair) => pair.split(' '))
      .map(([joined = '', title = '']) => [`the consonants that a keyboard joins to ${joined}`, joined, title]),
    ['joined initial consonants after others', 'ㅅㄳㄱ', '새감상곡'],
    ['joined consonants in a title', 'ㄱㅅ', 'ㄳ'],
    ['joined consonants after a syllable', '가ㄱㅅ', '가ㄳ'],
    ['a single syllable', '한', '한글'],
    ['a single ideograph', '漢', '漢字'],
    ['a part of a word', 'erlock', 'Sherlock'],
    ['two characters', 'em', 'Emma'],
    ['a stroke', 'lodz', 'Łódź'],
    ['a ligature', 'aeneid', 'Æneid'],
    ['a one-character word beside another', 'a study', 'A Study in Scarlet'],
    ['its exact text with a dash', 'Holmes - Complete', 'Holmes - Complete'],
    ['its exact text with a comma and an apostrophe', 'O’Brien, Flann', "O'Brien, Flann"],
    ['a comma', 'Austen, Jane', 'Jane Austen'],
    ['a comma without a space', 'austen,jane', 'Jane Austen'],
    ['curly quotation marks', '“Emma”', 'Emma'],
    ['straight quotation marks', '"Emma"', 'Emma'],
    ['single quotation marks', '‘Emma’', 'Emma'],
    ['low and pointed quotation marks', '„Emma“ »Persuasion«', 'Emma. Persuasion'],
    ['brackets', 'Emma (Penguin)', 'Penguin: Emma'],
    ['square brackets', 'emma [penguin]', 'Emma, Penguin'],
    ['marks in a row', 'emma...?!', 'Emma'],
    ['a colon and a semicolon', 'emma: persuasion;', 'Emma, Persuasion'],
    ['a Spanish question', '¿Quién?', 'Quién es'],
    ['a lone dash', 'Holmes - Complete', 'The Complete Holmes'],
    ['a dash beside a word', 'Holmes— Complete', 'The Complete Holmes'],
    ['a lone sign', 'Romeo + Juliet | Penguin', 'Romeo and Juliet, Penguin'],
    ['an ampersand', 'pride & prejudice', 'Pride and Prejudice'],
    ['one character between marks, beside a word', '“Plan B”', 'Plan B'],
    ['plus signs', 'C++', 'The C++ Programming Language'],
    ['plus signs in brackets', '(C++),', 'The C++ Programming Language'],
    ['a number sign', 'C#', 'C# in Depth'],
    ['a number sign and a comma', '“C#, Depth”', 'C# in Depth'],
    ['a character and its full stop', 'V.', 'V.'],
    ['a character and its full stop in quotation marks', '“V.”', 'V.'],
    ['one character in brackets', '(x)', 'The function f(x)'],
    ['a leading full stop', '.NET', 'Pro .NET'],
    ['initials of a name', 'J. K. Rowling', 'J K Rowling'],
    ['its exact text with brackets around one character', 'f(x)', 'f(x)'],
    ['punctuation alone', '!!!', 'The songs of !!!'],
    ['a number with a comma', '1,000', '1,000 Places to See'],
    ['a time', '10:04', '10:04'],
    ['Japanese brackets', '「雪国」', '雪国'],
    ['Japanese brackets around one character', '『門』', '門'],
    ['Japanese stops', '雪国、古都。', '古都 雪国'],
    ['Chinese marks', '《三体：黑暗森林》', '三体 黑暗森林'],
    ['initial consonants in brackets', '(ㅎㄱ)', '한글의 탄생'],
  ])('finds a title by %s', (_what, typed, title) => {
    expect(finds(typed, title)).toBe(true);
  });

  it.each([
    ['a dakuten', 'か', 'が'],
    ['a Devanagari sign', 'कि', 'का'],
    ['a Cyrillic breve', 'йод', 'иод'],
    ['a word that is missing', 'emma woodhouse', 'Emma'],
    ['parts of two words', 'maja', 'Emma Jane'],
    ['other initial consonants', 'ㄱㅎ', '한글'],
    ['the label of an ISBN that is none', 'isbn 10', 'Emma'],
    ['a number sign', 'C# depth', 'C in Depth'],
    ['plus signs', 'C++', 'C'],
    ['underscores', '__proto__', 'Prototypes'],
    ['the comma of a number', '1,000', '1 of 1000'],
  ])('distinguishes titles by %s', (_what, typed, title) => {
    expect(finds(typed, title)).toBe(false);
  });

  it('finds words in the authors as well as in the title', () => {
    expect(finds('austen emma', 'Emma', { authors: ['Jane Austen'] })).toBe(true);
  });

  it.each([
    '9780141439587',
    '978-0-14-143958-7',
    '978 0 14 143958 7',
    '0141439580',
    '0-14-143958-0',
    '９７８０１４１４３９５８７',
    '978\u00ad-0-14-143958-7',
    'ISBN 978-0-14-143958-7',
    'isbn: 0141439580',
    'ISBN-13: 978-0-14-143958-7',
    'ISBN 10 0-14-143958-0',
    'urn:isbn:9780141439587',
    'Emma 978-0-14-143958-7',
    'isbn 0-14-143958-0 emma',
    '9780141439587.',
    '“978-0-14-143958-7”',
    '978 0 14 143958 7,',
    '(ISBN 978-0-14-143958-7)',
    'Emma (ISBN-13: 978-0-14-143958-7).',
    'Emma, urn:isbn:9780141439587',
    '0141439580; 9780141439587',
  ])('finds a book by its ISBN, whichever form either has: %s', (typed) => {
    for (const isbn of ['978-0-14-143958-7', '0141439580', '0 14 143958 0', 'ISBN 9780141439587'])
      expect([isbn, finds(typed, 'Emma', { isbn })]).toEqual([isbn, true]);
  });

  it.each([
    '978-0-14-143958-7 (pbk.)',
    '978 0 14 143958 7 (pbk.)',
    'pbk.: 0-14-143958-0',
    'ISBN-13: 978-0-14-143958-7, pbk.',
    'ISBN 10 0-14-143958-0 (pbk.)',
    '(9780141439587)',
    '0141439580; 9780141439587',
    '0141439580 9780141439587',
    '0141439599/0141439580',
    '９７８０１４１４３９５８７（pbk.）',
  ])('finds a book by an ISBN that is stored with something beside it: %s', (isbn) => {
    for (const typed of ['978-0-14-143958-7', '9780141439587', '0141439580', '0-14-143958-0', '978-0-14-143958'])
      expect([typed, finds(typed, 'Emma', { isbn })]).toEqual([typed, true]);
  });

  it.each(['97801414395870', '01414395801', '014143958 (pbk.)', 'none'])('takes no ISBN from %s', (isbn) => {
    expect(isbnForms(isbn)).toEqual([]);
  });

  it.each([
    '978-0-14',
    '0-14-143958-',
    '14-143958',
    '143958-7',
    '143958\u20110',
    '78-0-1',
    'ISBN 0-14-143958',
    'emma 978-0-14-143',
    '(isbn:0-14-143958)',
  ])('finds a book by a part of its ISBN that has hyphens, whichever form it has: %s', (typed) => {
    for (const isbn of ['978-0-14-143958-7', '0141439580', '0 14 143958 0', '9780141439587'])
      expect([isbn, finds(typed, 'Emma', { isbn })]).toEqual([isbn, true]);
  });

  it.each([
    ['14-143959', 'Emma', '9780141439587'],
    ['9-58', 'Emma', '9780141439587'],
    ['0-1-4-1', 'Emma', '9780141439587'],
    ['1914-1918', 'The year 19141918', '9780141439587'],
    ['1914-18', 'Europe, 1914-1916', '9780141439587'],
  ])('does not take %s for a part of the ISBN of %s', (typed, title, isbn) => {
    expect(finds(typed, title, { isbn })).toBe(false);
  });

  it.each([
    ['1914-1918', 'Europe (1914–1918)'],
    ['0-1-4-1', 'Code 0-1-4-1'],
    ['5-x', 'Model 5-X'],
  ])('finds %s in the title %s', (typed, title) => {
    expect(finds(typed, title)).toBe(true);
  });

  it('finds an ISBN-10 that ends in X in either case, and one with prefix 979, which has no ISBN-10', () => {
    for (const typed of ['080442957x', '080442957X', '9780804429573'])
      expect(finds(typed, 'A', { isbn: '0-8044-2957-X' })).toBe(true);
    expect(isbnForms('979-10-90636-07-1')).toEqual(['9791090636071']);
  });

  it.each(['a', '1', '-', "'", 'a b', '\u0301', '(', '- -'])('of one character is too short: %s', (typed) => {
    expect(searchFor(typed)).toBeUndefined();
  });
});

describe('the check digit of an ISBN', () => {
  it.each([
    ['9780141439587', undefined],
    ['978-0-14-143958-0', '7'],
    ['0-8044-2957-X', undefined],
    ['0-8044-2957-1', 'X'],
    ['ISBN-10: 0-8044-2957-1', 'X'],
    ['978-0-14-143958-0 (pbk.)', '7'],
    ['0141439580; 9780141439580', '7'],
    ['0141439580; 9780141439587', undefined],
    ['no ISBN', undefined],
  ])('of %s should be %s', (isbn, digit) => {
    expect(expectedCheckDigit(isbn)).toBe(digit);
  });
});

it('folding a folded text changes nothing', () => {
  for (const text of ['Straße', 'GROẞE', 'ΟΔΥΣΣΕΥΣ', 'Ｅｍｍａ', 'ㅎㄱ', '가ㄳ', 'İstanbul', 'ガラス', 'Łódź']) {
    expect(folded(folded(text))).toBe(folded(text));
  }
  expect(initialsOf('한글 책')).toBe('ᄒᄀ ᄎ');
});
