import * as fc from 'fast-check';
import { optionalText, optionalTexts, requireId, requireText } from '../src';

const FAMILY = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}';
const ENGLAND = '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}';
const refusedWith = (sentence: RegExp) =>
  expect.objectContaining({ message: expect.stringMatching(sentence), extensions: { code: 'BAD_USER_INPUT' } });
const refusal = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return error;
  }
};

/** Any code point but half a surrogate pair, as fast-check's unit "binary", which takes a second to list all of them. */
const codePoint = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point));

describe('a text that is required', () => {
  it.each([
    ['nothing', ''],
    ['spaces', ' \t\u00a0\u1680\u2003\u202f\u205f\u3000'],
    ['the Hangul filler', '\u3164'],
    ['Hangul jamo fillers', '\u115f\u1160'],
    ['the half-width Hangul filler', '\uffa0'],
    ['the Braille blank', '\u2800'],
    ['the Mongolian vowel separator', '\u180e'],
    ['joiners and zero-width spaces', '\u200b\u200c\u200d\u2060\ufeff'],
    ['variation selectors', '\ufe0f\u{e0100}'],
    ['tag characters', '\u{e0041}\u{e007f}'],
    ['soft hyphens', '\u00ad\u00ad'],
    ['the combining grapheme joiner', '\u034f'],
    ['fillers between spaces', ' \u3164 \u2800 '],
  ])('is refused as empty when it is made of %s', (_what, text) => {
    expect(refusal(() => requireText('title', text, 300))).toEqual(refusedWith(/^"title" is empty; use 1 to 300/));
  });

  it.each([
    ['a NUL', 'A\0B', /control character or a line break/],
    ['a line break', 'A\nB', /control character or a line break/],
    ['a next line', 'A\u0085B', /control character or a line break/],
    ['a line separator', 'A\u2028B', /control character or a line break/],
    ['a paragraph separator', 'A\u2029B', /control character or a line break/],
    ['an override of direction', 'A\u202eB', /control character/],
    ['a mark of direction', 'A\u200fB', /control character/],
    ['an isolate', 'A\u2067B\u2069', /control character/],
    ['the first half of a surrogate pair', 'A\ud83d', /control character/],
    ['the second half of a surrogate pair', '\ude00A', /control character/],
    ['a noncharacter', 'A\uffffB', /no character/],
    ['an interlinear annotation', 'A\ufff9B', /no character/],
  ])('is refused when it has %s', (_what, text, sentence) => {
    expect(refusal(() => requireText('title', text, 300))).toEqual(refusedWith(sentence));
  });

  it.each([
    ['family emoji', FAMILY],
    ['flags made of tags', ENGLAND],
    ['decomposed Hangul', '한'.normalize('NFD')],
    ['decomposed accents', 'ế'.normalize('NFD')],
    ['Devanagari conjuncts', 'क्ष'],
    ['CJK beyond the first plane', '\u{20000}'],
  ])('may have as many %s as its limit says, and not one more', (_what, character) => {
    expect(requireText('title', character.repeat(300), 300)).toBe(character.repeat(300));
    expect(refusal(() => requireText('title', character.repeat(301), 300))).toEqual(
      refusedWith(/has 301 characters|takes \d+ bytes/),
    );
  });

  it.each([[100], [5_000], [10_000]])('is refused when one character has %d combining marks', (marks) => {
    expect(refusal(() => requireText('reason', `a${'\u0301'.repeat(marks)}`, 500))).toEqual(
      refusedWith(/combined code points|bytes/),
    );
  });

  it('is stored as it was given, without surrounding white space', () => {
    expect(requireText('title', ' \u3000e\u0301 ﬁ א\t', 300)).toBe('e\u0301 ﬁ א');
  });

  it('is well-formed and bounded in bytes, whatever was sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 400 }), (text) => {
        const found = refusal(() => requireText('title', text, 30));
        if (typeof found !== 'string') return;
        expect(Buffer.from(found).toString()).toBe(found);
        expect(Buffer.byteLength(found)).toBeLessThanOrEqual(30 * 32);
      }),
    );
  });
});

describe('a text that may be left out', () => {
  it.each([[undefined], [null], [''], [' \t ']])('is left out as %j', (text) => {
    expect(optionalText('isbn', text, 32)).toBeUndefined();
  });

  it('is refused when something was typed that shows nothing', () => {
    expect(refusal(() => optionalText('isbn', '\u3164', 32))).toEqual(refusedWith(/is empty/));
  });

  it.each([[undefined], [null], [[]], [['']], [['', ' ']]])('is left out of a list as %j', (texts) => {
    expect(optionalTexts('authors', texts, { entries: 2, characters: 9 })).toEqual([]);
  });

  it('is refused in a list of too many', () => {
    expect(refusal(() => optionalTexts('authors', ['a', 'b', '', 'c'], { entries: 2, characters: 9 }))).toEqual(
      refusedWith(/"authors" has 3 entries; use up to 2/),
    );
  });
});

describe('an id', () => {
  it('may be anything that can be printed, up to the length of an id', () => {
    for (const id of ['', 'x'.repeat(64), '__proto__', '$where', 'مكتبة']) expect(requireId('bookId', id)).toBe(id);
  });

  it.each(['A\0B', 'A\nB', 'A\u2028B', 'A\u202eB', '\u2067', 'A\ud83d'])('is refused when it has %j', (id) => {
    expect(refusal(() => requireId('bookId', id))).toEqual(
      refusedWith(/^"bookId" has a control character or a line break; leave it out\.$/),
    );
  });
});
