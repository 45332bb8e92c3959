import { requireId, requireMemberId } from '../src/graphql/id-input';

const code = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as { extensions: { code: string } }).extensions.code;
  }
};

describe('an id that a request names', () => {
  it('is any text of up to 64 characters', () => {
    for (const id of ['', '$ne', '__proto__', 'x'.repeat(64)]) expect(requireId('id', id)).toBe(id);
  });

  it('is refused when it is longer than an id can be', () => {
    expect(() => requireId('bookId', 'x'.repeat(65))).toThrow('"bookId" has 65 characters; an id has at most 64.');
  });

  // A reference to an entity has whatever JSON its sender put there.
  it.each([{ $ne: null }, ['x'], [{ $ne: null }], 7, true, null, undefined])(
    'is refused when it is no text: %j',
    (id) => {
      expect(code(() => requireId('id', id))).toBe('BAD_USER_INPUT');
      expect(code(() => requireMemberId('memberId', id))).toBe('BAD_USER_INPUT');
    },
  );
});
