import {
  escapeUnprintable,
  hasUnprintable,
  isBlank,
  memberIdFault,
  withoutCredentials,
  withoutPassword,
  withoutUnprintable,
} from '../src';

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

  it.each(['', ' ', '\u00a0\u3000', '\u200b\u2060', '\u3164', '\u2800', '\u{1d159}', '\u{e0041}'])(
    'is blank when nothing of it shows: %j',
    (text) => {
      expect(isBlank(text)).toBe(true);
      expect(memberIdFault(text)).toBe('EMPTY');
    },
  );
});

describe('an address that is printed', () => {
  it.each([
    ['mongodb://libby:secret@db-1:27017,db-2/rentals', 'mongodb://db-1:27017,db-2/rentals'],
    ['mongodb+srv://libby:s/e?c@ret@db.example', 'mongodb+srv://db.example'],
    ['mongo://libby:secret@db', 'mongo://db'],
    ['libby:secret@db:27017', 'db:27017'],
    ['http://libby:secret@127.0.0.1:4001/graphql', 'http://127.0.0.1:4001/graphql'],
    ['localhost:4092', 'localhost:4092'],
  ])('%s has no credentials', (address, shown) => {
    expect(withoutCredentials(address)).toBe(shown);
  });

  it.each([
    ['mongodb://libby:secret@db/rentals', 'mongodb://libby@db/rentals'],
    ['mongodb://libby:secret@db/?appName=a@b', 'mongodb://libby@db/?appName=a@b'],
    ['mongodb://libby@db', 'mongodb://libby@db'],
    ['mongodb://db:27017', 'mongodb://db:27017'],
  ])('%s can keep its user without the password', (address, shown) => {
    expect(withoutPassword(address)).toBe(shown);
  });
});
