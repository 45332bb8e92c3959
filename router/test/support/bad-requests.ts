import { createHash } from 'node:crypto';
import type { Answer, Asker } from './http-answers';

/** A request that no client should send, and the code and status with which it is refused. */
export interface BadRequest {
  readonly what: string;
  readonly ask: (router: Asker) => Promise<Answer>;
  readonly code: string;
  readonly status: number;
}

const json = { 'content-type': 'application/json' };
export const books = '{ books { edges { node { id } } } }';
const addBook = 'mutation { addBook(input: {title: "a"}) { consistencyToken } }';
const addBookWith = 'mutation($input: AddBookInput!) { addBook(input: $input) { consistencyToken } }';
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const repeat = (times: number, part: (index: number) => string): string =>
  Array.from({ length: times }, (_, index) => part(index)).join(' ');
const inner = (first: number | string): string => `reservations(first: ${first}) { edges { node { id } } }`;
const entries = (outer: number | string, within: number | string): string =>
  `{ books(first: ${outer}) { edges { node { ${inner(within)} } } } }`;
const doubling = repeat(9, (n) => `fragment F${n} on Book { ...F${n + 1} ...F${n + 1} }`);

const post =
  (body: unknown, headers = {}) =>
  (router: Asker) =>
    router.post(body, headers);
const raw =
  (init: RequestInit, path = '/graphql') =>
  (router: Asker) =>
    router.fetch(path, init);
const query = (text: string, more = {}) => post({ query: text, ...more });

type Case = readonly [what: string, ask: BadRequest['ask'], code: string, status?: number];

const cases: readonly Case[] = [
  ['a body that is not JSON', post('{"query": "{ books'), 'BAD_REQUEST'],
  ['a body of JSON null', post('null'), 'BAD_REQUEST'],
  ['a body of a number', post('7'), 'BAD_REQUEST'],
  ['a body of a text', post('"{ books }"'), 'BAD_REQUEST'],
  ['an empty body', post(''), 'BAD_REQUEST'],
  ['an empty object', post({}), 'BAD_REQUEST'],
  ['no query', post({ variables: {} }), 'BAD_REQUEST'],
  ['an empty query', query(''), 'BAD_REQUEST'],
  ['a query that is a number', post({ query: 7 }), 'BAD_REQUEST'],
  ['a query that is a list', post({ query: [books] }), 'BAD_REQUEST'],
  ['a query that is a parsed document', post({ query: { kind: 'Document' } }), 'BAD_REQUEST'],
  ['a batch', post([{ query: books }, { query: books }]), 'BAD_REQUEST'],
  ['variables in a text', query(books, { variables: '{}' }), 'BAD_REQUEST'],
  ['variables in a list', query(books, { variables: [] }), 'BAD_REQUEST'],
  ['extensions in a text', query(books, { extensions: '{}' }), 'BAD_REQUEST'],
  ['an operation name that is a number', query(books, { operationName: 7 }), 'BAD_REQUEST'],
  ['a __proto__ in the body', post('{"query": "{ books }", "__proto__": {"admin": true}}'), 'BAD_REQUEST'],
  ['a body of more than 100 KB', query(books + ' '.repeat(100_001)), 'BAD_REQUEST', 413],
  ['a document of more than 20,000 characters', query(`{ __typename } # ${'x'.repeat(20_000)}`), 'BAD_REQUEST', 413],
  ['a long document that is no GraphQL', query('{'.repeat(20_001)), 'BAD_REQUEST', 413],
  ['no content type', raw({ method: 'POST', body: new Blob([JSON.stringify({ query: books })]) }), 'BAD_REQUEST', 415],
  ['a form', raw({ method: 'POST', body: new URLSearchParams({ query: books }) }), 'BAD_REQUEST', 415],
  ['a multipart form', raw({ method: 'POST', body: multipart() }), 'BAD_REQUEST', 415],
  ['plain text', raw({ method: 'POST', body: books }), 'BAD_REQUEST', 415],
  ['text that claims to be utf-16 JSON', utf16(), 'BAD_REQUEST', 415],
  ['compressed rubbish', post('\u001f\u008b\b', { 'content-encoding': 'gzip' }), 'BAD_REQUEST'],
  ['PUT', raw({ method: 'PUT', headers: json, body: JSON.stringify({ query: books }) }), 'BAD_REQUEST', 405],
  ['DELETE', raw({ method: 'DELETE', headers: { 'apollo-require-preflight': '1' } }), 'BAD_REQUEST', 405],
  [
    'GET without the header that a form cannot send',
    raw({}, `/graphql?query=${encodeURIComponent(books)}`),
    'BAD_REQUEST',
  ],
  ['GET without a query', raw({ headers: json }), 'BAD_REQUEST'],
  ['GET with two queries', raw({ headers: json }, '/graphql?query={a}&query={b}'), 'BAD_REQUEST'],
  ['GET with variables that are not JSON', raw({ headers: json }, '/graphql?query={a}&variables={'), 'BAD_REQUEST'],
  ['GET for a mutation', raw({ headers: json }, `/graphql?query=${encodeURIComponent(addBook)}`), 'BAD_REQUEST', 405],
  ['an unknown address', raw({ headers: json }, '/nowhere'), 'BAD_REQUEST', 404],
  ['a syntax error', query('{ books {'), 'GRAPHQL_PARSE_FAILED'],
  ['a null byte', query('{ books\u0000 }'), 'GRAPHQL_PARSE_FAILED'],
  ['an unknown character', query('{ books { edges { node { id } } } } 🜁'), 'GRAPHQL_PARSE_FAILED'],
  ['more than 1,000 tokens', query(`{ ${'__typename '.repeat(1_000)} }`), 'GRAPHQL_PARSE_FAILED'],
  ['brackets 10,000 deep', query('{a'.repeat(10_000)), 'GRAPHQL_PARSE_FAILED'],
  ['an unknown field', query('{ password }'), 'GRAPHQL_VALIDATION_FAILED'],
  ['an unknown argument', query('{ book(id: "1", admin: true) { id } }'), 'GRAPHQL_VALIDATION_FAILED'],
  ['a missing argument', query('{ book { id } }'), 'GRAPHQL_VALIDATION_FAILED'],
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

/** Every kind of request that is refused before any subgraph is asked; none needs a token. */
export const badRequests: readonly BadRequest[] = cases.map(([what, ask, code, status = 400]) => ({
  ...{ what, ask, code, status },
}));

/** The extensions of a request that names its document by this hash. */
export function persisted(sha256Hash: string) {
  return { extensions: { persistedQuery: { version: 1, sha256Hash } } };
}

function multipart(): FormData {
  const form = new FormData();
  form.set('operations', JSON.stringify({ query: books }));
  return form;
}

function utf16() {
  const body = Buffer.from(JSON.stringify({ query: books }), 'utf16le');
  return raw({ method: 'POST', headers: { 'content-type': 'application/json; charset=utf-16' }, body });
}
