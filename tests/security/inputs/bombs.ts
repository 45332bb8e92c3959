import { repeat } from '../../../router/test/support/bad-request';

/** An operation that is small to send and would be large to carry out. */
export interface Bomb {
  readonly what: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

type Kind = (size: number) => Omit<Bomb, 'what'>;

const nested = (levels: number, innermost = 'id'): string => {
  const level = ['reservations { edges { node { book {', '} } } }'] as const;
  return `${`${level[0]} `.repeat(levels)}${innermost}${` ${level[1]}`.repeat(levels)}`;
};

/** Every kind is beyond a limit at each size from 1 on. */
const kinds: Readonly<Record<string, Kind>> = {
  deep: (n) => ({ query: `{ book(id: "1") { ${nested(2 + n)} } }` }),
  'deep by fragments': (n) => ({
    query: `{ book(id: "1") { ...F0 } } ${repeat(2 + n, (at) => `fragment F${String(at)} on Book { reservations { edges { node { book { ...F${String(at + 1)} } } } } }`)} fragment F${String(2 + n)} on Book { id }`,
  }),
  'deep by inline fragments': (n) => ({
    query: `{ book(id: "1") { ${'... on Book { '.repeat(n)}${nested(3)}${' }'.repeat(n)} } }`,
  }),
  aliased: (n) => ({ query: `{ ${repeat(15 + n, (at) => `a${String(at)}: __typename`)} }` }),
  'aliased by fragments': (n) => ({
    query: `{ ${repeat(3 + n, () => '...A')} } fragment A on Query { ${repeat(6, (at) => `a${String(at)}: __typename`)} }`,
  }),
  'fragments that double': (n) => ({
    query: `{ book(id: "1") { ...F0 } } ${repeat(10 + (n % 12), (at) => `fragment F${String(at)} on Book { ...F${String(at + 1)} ...F${String(at + 1)} }`)} fragment F${String(10 + (n % 12))} on Book { id title isbn }`,
  }),
  'fragments in a circle': (n) => ({
    query: `{ book(id: "1") { ...F0 } } ${repeat(n + 1, (at) => `fragment F${String(at)} on Book { id ...F${String((at + 1) % (n + 1))} }`)}`,
  }),
  directives: (n) => ({ query: `{ __typename ${repeat(1 + n, () => '@skip(if: false)')} @skip(if: false) }` }),
  'unknown directives': (n) => ({ query: `{ __typename ${repeat(n, (at) => `@d${String(at)}`)} }` }),
  tokens: (n) => ({ query: `{ ${'__typename '.repeat(1_000 + n * 8)} }` }),
  brackets: (n) => ({ query: '{a'.repeat(400 * n) }),
  'a long text': (n) => ({ query: `{ __typename } # ${'x'.repeat(20_000 + n * 1_000)}` }),
  'a list of values': (n) => ({
    query: `{ myPage { entries(status: [${repeat(100 + n, () => 'READY')}]) { edges { cursor } } } }`,
  }),
  'a list of values in a variable': (n) => ({
    query: 'mutation($input: AddBookInput!) { addBook(input: $input) { consistencyToken } }',
    variables: { input: { title: 'a', authors: Array<string>(100 + n).fill('b') } },
  }),
  'lists within lists': (n) => ({
    query: `query($n: Int) { books(first: 100) { edges { node { reservations(first: $n) { edges { cursor } } } } } }`,
    variables: { n: 49 + n },
  }),
  'fields that have to be merged': (n) => ({
    query: `{ ${repeat(20 + n, () => 'books { edges { cursor } }')} }`,
  }),
  mutations: (n) => ({
    query: `mutation { ${repeat(3 + n, (at) => `a${String(at)}: reserveBook(input: { bookId: "1" }) { consistencyToken }`)} }`,
  }),
  searches: (n) => ({
    query: `{ ${repeat(2 + Math.min(3, n), (at) => `a${String(at)}: books(search: "ab${String(n)}") { edges { cursor } }`)} }`,
  }),
  'a long name': (n) => ({ query: `query ${'A'.repeat(64 + n)} { __typename }` }),
  'variables that are not used': (n) => ({
    query: `query(${repeat(n, (at) => `$v${String(at)}: Int`)}) { __typename }`,
  }),
};

/** So many sizes of every kind. */
export const bombs = (sizes: number): readonly Bomb[] =>
  Object.entries(kinds).flatMap(([kind, make]) =>
    Array.from({ length: sizes }, (_, at) => ({ what: `${kind}, size ${String(at + 1)}`, ...make(at + 1) })),
  );

/** One of the bombs, each number its own. */
export function bombNumber(n: number): Omit<Bomb, 'what'> {
  const all = Object.values(kinds);
  const make = all[n % all.length];
  if (!make) throw new RangeError('there is no such bomb');
  return make(1 + (Math.floor(n / all.length) % 20));
}
