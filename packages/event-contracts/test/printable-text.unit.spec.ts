import { escapeUnprintable, hasUnprintable, isBlank, memberIdFault, withoutUnprintable } from '../src';

describe('text that is printed', () => {
  const unprintable = ['\u0000', '\n', '\u001b', '\u007f', '\u0085', '\u2028', '\u2029', '\u202e', '\u2066', '\ud83d'];
  it.each(unprintable)('has no character that is obeyed instead of printed: %j', (character) => {
    const text = `a${character}b`;
    expect(hasUnprintable(text)).toBe(true);
    const escaped = escapeUnprintable(text);
    expect(escaped).toMatch(/^a\\u[0-9a-f]{4}b$/);
    expect(JSON.parse(`"${escaped}"`)).toBe(text);
    expect(withoutUnprintable(text)).toMatch(/^a ?b$/);
  });

  it.each(['Ana', 'Ñandú', '山田　太郎', '👩‍👩‍👧', 'שָׁלוֹם', "O'Brien"])('is left as it is otherwise: %s', (text) => {
    expect(hasUnprintable(text)).toBe(false);
    expect(escapeUnprintable(text)).toBe(text);
    expect(isBlank(text)).toBe(false);
  });

  it.each(['', ' ', '\u00a0\u3000', '\u200b\u2060', '\u3164', '\u2800', '\u{e0041}'])(
    'is blank when nothing of it shows: %j',
    (text) => {
      expect(isBlank(text)).toBe(true);
      expect(memberIdFault(text)).toBe('is empty');
    },
  );
});
