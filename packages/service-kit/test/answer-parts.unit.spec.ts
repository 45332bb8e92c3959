import { collectParts, subjectOf } from '../src/graphql/answer-parts';
import { unverifiedContent } from '../src/identity/signed-text';
import { claimedPositions } from '../src/consistency/consistency-token';

const request = { consumer: 'book', isUpToDate: true };
const asOf = [{ source: 'book', key: '1', sequence: 3 }];

describe('the parts of an answer', () => {
  it('are described for a cache: tags, positions and the time until the next deadline', () => {
    const parts = collectParts();
    parts.root('book', subjectOf('Book', '1'));
    parts.note(subjectOf('Book', '1'), { tags: ['book:1'], asOf });
    parts.note(subjectOf('Book', '1'), { tags: ['catalogue'], validMs: 9_500 });
    expect(parts.extensions({ book: null }, {}, request)).toEqual({
      extensions: {
        apolloCacheTags: ['book:1', 'catalogue'],
        cacheParts: {
          ...{ consumer: 'book', scope: 'public', isUpToDate: true },
          root: { asOf: [['book', '1', 3]], validMs: 9_500 },
        },
      },
      cacheControl: 'public, max-age=9',
    });
  });

  it('are one for each entity; one that no resolver described is not stored', () => {
    const parts = collectParts();
    parts.restrict();
    parts.note(subjectOf('Book', '1'), { tags: ['book:1'], asOf });
    const representations = ['2', '1'].map((id) => ({ __typename: 'Book', id }));
    const { extensions, cacheControl } = parts.extensions({ _entities: [null, {}] }, { representations }, request);
    expect(extensions).toMatchObject({
      apolloEntityCacheTags: [null, ['book:1']],
      cacheParts: { scope: 'private', entities: [null, { asOf: [['book', '1', 3]] }] },
    });
    expect(cacheControl).toBe('no-store');
  });

  it.each([
    ['a root field that no resolver described', { book: null, other: null }],
    ['an answer without data', null],
  ])('are not stored for %s', (_what, data) => {
    const parts = collectParts();
    parts.root('book', 'one');
    parts.note('one', { tags: ['book:1'] });
    const { extensions, cacheControl } = parts.extensions(data, {}, request);
    expect(extensions.cacheParts).not.toHaveProperty('root');
    expect(cacheControl).toBe('no-store');
  });

  it('are not stored when one field changes without an event', () => {
    const parts = collectParts();
    parts.root('myPage', 'one');
    parts.note('one', { tags: ['member:ada'] });
    parts.note('one', { tags: [], validMs: 0 });
    expect(parts.extensions({ myPage: {} }, {}, request).extensions.cacheParts).not.toHaveProperty('root');
  });

  it('come with the streams that a mutation has extended', () => {
    const parts = collectParts();
    parts.changed(asOf);
    expect(parts.extensions({ addBook: {} }, {}, request).extensions.cacheParts).toMatchObject({
      changes: [['book', '1', 3]],
    });
  });
});

describe('the positions that a consistency header claims', () => {
  it.each(['x', '2.kid.x.y', Buffer.from('0123456789abcdef{}').toString('base64url')])(
    'are unknown for "%s"',
    (token) => {
      expect(claimedPositions(token)).toBeUndefined();
    },
  );

  it('are none without a header', () => {
    expect(claimedPositions(undefined)).toEqual([]);
    expect(unverifiedContent('')).toBeUndefined();
  });
});
