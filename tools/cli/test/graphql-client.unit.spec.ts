import { fieldOf } from '../src/graphql-client';

interface Catalogue {
  readonly books: { readonly edges: readonly unknown[] } | null;
}

describe('a field of an answer', () => {
  it('is its value', () => {
    expect(fieldOf<Catalogue, 'books'>({ data: { books: { edges: [1] } } }, 'books').edges).toEqual([1]);
  });

  it.each([null, { books: null }])('that a service cannot give throws what the router said, in data %j', (data) => {
    const answer = { data, errors: [{ message: '"book" cannot answer right now; try again.' }] };
    expect(() => fieldOf<Catalogue, 'books'>(answer, 'books')).toThrow('"book" cannot answer right now; try again.');
  });
});
