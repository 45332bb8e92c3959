import {
  books,
  addBookWith,
  sha256,
  repeat,
  inner,
  entries,
  doubling,
  post,
  query,
  type Case,
  persisted,
} from './bad-request';

/** Operations that are refused for what they ask or how. */
export const refusedOperations: readonly Case[] = [
  [
    'an argument of the wrong type',
    query('{ books(first: "many") { edges { cursor } } }'),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['a number beyond 32 bits', query('{ books(first: 99999999999) { edges { cursor } } }'), 'GRAPHQL_VALIDATION_FAILED'],
  ['an object for an id', query('{ book(id: {_ne: 1}) { id } }'), 'GRAPHQL_VALIDATION_FAILED'],
  ['no selection of an object', query('{ books }'), 'GRAPHQL_VALIDATION_FAILED'],
  ['an unused variable', query(`query($x: Int) ${books}`), 'GRAPHQL_VALIDATION_FAILED'],
  ['an undefined variable', query('{ book(id: $id) { id } }'), 'GRAPHQL_VALIDATION_FAILED'],
  ['a subscription', query('subscription { books { edges { cursor } } }'), 'GRAPHQL_VALIDATION_FAILED'],
  ['an unknown directive', query('{ books @defer { edges { cursor } } }'), 'GRAPHQL_VALIDATION_FAILED'],
  ['the schema of federation', query('{ _service { sdl } }'), 'GRAPHQL_VALIDATION_FAILED'],
  [
    'the entities of federation',
    query('{ _entities(representations: []) { __typename } }'),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['a type definition', query('type Query { a: Int }'), 'GRAPHQL_VALIDATION_FAILED'],
  [
    'fragments in a circle',
    query('{ book(id: 1) { ...A } } fragment A on Book { ...B } fragment B on Book { ...A }'),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'fragments that double ten times',
    query(`{ book(id: 1) { ...F0 } } ${doubling} fragment F9 on Book { id title isbn }`),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    '9 levels',
    query('{ books { edges { node { reservations { edges { node { book { rentals { edges { cursor } } } } } } } } } }'),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    '9 levels through fragments',
    query(
      '{ books { edges { node { ...A } } } } fragment A on Book { reservations { edges { node { book { ...B } } } } } fragment B on Book { rentals { edges { cursor } } }',
    ),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['10,100 entries of lists', query(entries(100, 100)), 'GRAPHQL_VALIDATION_FAILED'],
  [
    '10,100 entries of lists, by a variable',
    query(`query($n: Int) ${entries('$n', '$n')}`, { variables: { n: 100 } }),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    '10,100 entries of lists, through a fragment',
    query(`{ books(first: 100) { ...B } } fragment B on BookConnection { edges { node { ${inner(100)} } } }`),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    '10,100 entries of lists, read backward',
    query(entries(100, 100).replaceAll('first:', 'last:')),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    '10,100 entries of lists, by the default of a variable',
    query(`query($n: Int = 100) ${entries('$n', '$n')}`),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'three searches',
    query(
      `query($s: String = "cd") { a: books(search: "ab") { ...E } b: books(search: $s) { ...E } c: books(search: "ef") { ...E } d: books(search: "") { ...E } } fragment E on BookConnection { edges { cursor } }`,
    ),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'a list of 101 values',
    query(`{ myPage { entries(status: [${repeat(101, () => 'READY')}]) { edges { cursor } } } }`),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'a variable 40,000 levels deep',
    post(
      `{"query":${JSON.stringify(addBookWith)},"variables":{"input":{"title":${'['.repeat(40_000)}${']'.repeat(40_000)}}}}`,
    ),
    'BAD_USER_INPUT',
  ],
  [
    'a list of 101 values, in a variable',
    query(addBookWith, { variables: { input: { title: 'a', authors: Array<string>(101).fill('b') } } }),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['16 aliases', query(`{ ${repeat(16, (n) => `a${n}: __typename`)} }`), 'GRAPHQL_VALIDATION_FAILED'],
  [
    '16 aliases through a fragment',
    query(
      `{ ${repeat(4, () => `...A`)} } fragment A on Query { a: __typename b: __typename c: __typename d: __typename }`,
    ),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['6 aliases without a token', query(`{ ${repeat(6, (n) => `a${n}: __typename`)} }`), 'GRAPHQL_VALIDATION_FAILED'],
  [
    '6 aliases without a token, deep in fragments',
    query(
      `{ books { edges { ...A ...B } } } fragment A on BookEdge { node { a: id b: id ...C } } fragment B on BookEdge { d: cursor e: cursor f: cursor } fragment C on Book { c: title }`,
    ),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    '16 aliases about the schema',
    query(`{ __schema { ${repeat(16, (n) => `a${n}: types { name }`)} } }`),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    '21 levels about the schema',
    query(`{ __type(name: "Book") { ${repeat(20, () => 'ofType {')} name ${repeat(20, () => '}')} } }`),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    '4 mutations',
    query(`mutation { ${repeat(4, (n) => `a${n}: reserveBook(input: {bookId: "${n}"}) { consistencyToken }`)} }`),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['21 fields at the root', query(`{ ${repeat(21, () => '__typename')} }`), 'GRAPHQL_VALIDATION_FAILED'],
  ['a name of 65 characters', query(`query ${'A'.repeat(65)} ${books}`), 'GRAPHQL_VALIDATION_FAILED'],
  ['no operation of that name', query(`query A ${books}`, { operationName: 'B' }), 'OPERATION_RESOLUTION_FAILURE'],
  ['two operations and no name', query(`query A ${books} query B ${books}`), 'OPERATION_RESOLUTION_FAILURE'],
  ['only a fragment', query('fragment A on Book { id }'), 'GRAPHQL_VALIDATION_FAILED'],
  [
    'a variable of the wrong type, of an operation that is renamed before planning',
    query('query($id: ID!) { book(id: $id) { id: title } }', { variables: { id: {} } }),
    'BAD_USER_INPUT',
  ],
  [
    'a number that no Int holds',
    query('query($n: Int) { books(first: $n) { edges { cursor } } }', { variables: { n: 3_000_000_000 } }),
    'BAD_USER_INPUT',
  ],
  [
    'a condition that is neither true nor false',
    query('query($skip: Boolean!) { book(id: "1") @skip(if: $skip) { id } }', { variables: { skip: 'no' } }),
    'BAD_USER_INPUT',
  ],
  ['a missing variable', query('query($id: ID!) { book(id: $id) { id } }'), 'BAD_USER_INPUT'],
  [
    'a variable of null',
    query('query($id: ID!) { book(id: $id) { id } }', { variables: { id: null } }),
    'BAD_USER_INPUT',
  ],
  [
    'a variable that is an operator',
    query('query($id: ID!) { book(id: $id) { id } }', { variables: { id: { $ne: 1 } } }),
    'BAD_USER_INPUT',
  ],
  [
    'a variable that is a list',
    query('query($id: ID!) { book(id: $id) { id } }', { variables: { id: ['1'] } }),
    'BAD_USER_INPUT',
  ],
  [
    'a variable with an unknown field',
    query(addBookWith, { variables: { input: { title: 'a', owner: 'me' } } }),
    'BAD_USER_INPUT',
  ],
  [
    'a variable of the wrong type',
    query('query($n: Int) { books(first: $n) { edges { cursor } } }', { variables: { n: '7' } }),
    'BAD_USER_INPUT',
  ],
  ['a persisted query that is not registered', post(persisted(sha256('x'))), 'PERSISTED_QUERY_NOT_FOUND', 200],
  ['a persisted query with another hash', post({ query: books, ...persisted(sha256('x')) }), 'BAD_REQUEST'],
  [
    'a persisted query of another version',
    post({ query: books, extensions: { persistedQuery: { version: 2 } } }),
    'BAD_REQUEST',
  ],
  [
    'a persisted query whose hash is an object',
    post({ extensions: { persistedQuery: { version: 1, sha256Hash: {} } } }),
    'PERSISTED_QUERY_NOT_FOUND',
    200,
  ],
];
