import { digestOf, isSameRequest } from '../src/idempotency/request-digest';

const digest = (request: unknown, asWritten: unknown = request) => digestOf({ request, asWritten });

describe('a request that is sent again', () => {
  it.each<[string, unknown, unknown]>([
    ['with its fields in another order', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
    ['with null where a field was missing', { title: 'Emma' }, { title: 'Emma', isbn: null }],
    ['with null inside where a field was missing', { of: { a: 1 } }, { of: { a: 1, b: null } }],
    ['with an undefined field', { title: 'Emma' }, { title: 'Emma', isbn: undefined }],
  ])('is the same %s', (_what, one, other) => {
    expect(isSameRequest(digest(one), digest(other))).toBe(true);
  });

  it.each<[string, unknown, unknown]>([
    ['with another value', { copies: 1 }, { copies: 2 }],
    ['with a list in another order', { authors: ['a', 'b'] }, { authors: ['b', 'a'] }],
    ['with a text where a number was', { copies: 1 }, { copies: '1' }],
    ['with null in a list', { authors: [] }, { authors: [null] }],
    ['with the value under another name', { bookId: 'x' }, { copyId: 'x' }],
    ['of another operation', { operation: 'reserveBook', bookId: 'x' }, { operation: 'rentBook', bookId: 'x' }],
    ['with a field that is called __proto__', {}, JSON.parse('{"__proto__":{"a":1}}')],
  ])('is another one %s', (_what, one, other) => {
    expect(isSameRequest(digest(one), digest(other))).toBe(false);
  });

  it('is recognised by a record of the version before when it is written as it was', () => {
    const before = { hash: digest('as written').hash };
    expect(isSameRequest(before, digest('as carried out', 'as written'))).toBe(true);
    expect(isSameRequest(before, digest('as written', 'otherwise'))).toBe(false);
    expect(isSameRequest({}, digest('anything'))).toBe(false);
  });
});
