import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { startRouterUnderTest, type Answer, type RouterUnderTest } from './support/router-under-test';

const json = { 'content-type': 'application/json' };
const books = '{ books { edges { node { id } } } }';
const addBook = 'mutation { addBook(input: {title: "a"}) { consistencyToken } }';
const addBookWith = 'mutation($input: AddBookInput!) { addBook(input: $input) { consistencyToken } }';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const repeat = (times: number, part: (index: number) => string): string =>
  Array.from({ length: times }, (_, index) => part(index)).join(' ');
const inner = (first: number | string): string => `reservations(first: ${first}) { edges { node { id } } }`;
const entries = (outer: number | string, within: number | string): string =>
  `{ books(first: ${outer}) { edges { node { ${inner(within)} } } } }`;
const doubling = repeat(9, (n) => `fragment F${n} on Book { ...F${n + 1} ...F${n + 1} }`);

describe('bad input', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouterUnderTest();
    router.subgraphs.book.behave(() => ({ data: { books: { edges: [] }, book: null } }));
  });
  afterAll(() => router.stop());

  type Case = [name: string, ask: () => Promise<Answer>, code: string, status?: number];
  const post =
    (body: unknown, headers = {}) =>
    () =>
      router.post(body, headers);
  const raw =
    (init: RequestInit, path = '/graphql') =>
    () =>
      router.fetch(path, init);
  const query = (text: string, more = {}) => post({ query: text, ...more });

  const cases: Case[] = [
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
    [
      'no content type',
      raw({ method: 'POST', body: new Blob([JSON.stringify({ query: books })]) }),
      'BAD_REQUEST',
      415,
    ],
    ['a form', raw({ method: 'POST', body: new URLSearchParams({ query: books }) }), 'BAD_REQUEST', 415],
    ['a multipart form', raw({ method: 'POST', body: multipart(books) }), 'BAD_REQUEST', 415],
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
    [
      'a number beyond 32 bits',
      query('{ books(first: 99999999999) { edges { cursor } } }'),
      'GRAPHQL_VALIDATION_FAILED',
    ],
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
      query(
        '{ books { edges { node { reservations { edges { node { book { rentals { edges { cursor } } } } } } } } } }',
      ),
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
    ['a persisted query that nobody registered', post(persisted(sha256('x'))), 'PERSISTED_QUERY_NOT_FOUND', 200],
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

  it.each(cases)('answers %s with its code', async (_, ask, code, expected = 400) => {
    const { status, body, text } = await ask();
    expect({ code: body.errors?.[0]?.extensions?.['code'], status }).toEqual({ code, status: expected });
    expect(body.data).toBeUndefined();
    for (const error of body.errors ?? []) expect(Object.keys(error.extensions ?? {})).toEqual(['code']);
    expect(text).not.toMatch(/at .*:\d+:\d+|node_modules|router\/src|127\.0\.0\.1|localhost|stack/);
  });

  it('covers at least 60 kinds of it', () => {
    expect(cases.length).toBeGreaterThan(60);
  });

  it('refuses an answer format that it does not have', async () => {
    const { status, body } = await router.post({ query: books }, { accept: 'image/png' });
    expect([status, body.errors?.[0]?.extensions?.['code']]).toEqual([406, 'BAD_REQUEST']);
  });

  it('answers bytes that are not HTTP with 400 and goes on', async () => {
    const { port } = new URL(router.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      socket.on('data', (data) => {
        resolve(data.toString());
      });
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect((await router.post({ query: books })).status).toBe(200);
  });

  it('keeps prototypes as they are, whatever is called __proto__ or constructor', async () => {
    router.subgraphs.book.behave(({ query }) => {
      const [first, second] = [...query.matchAll(/(\w+) ?: ?book/g)].map(([, name]) => String(name));
      const answer = `{"__proto__":{"polluted":true},"${first}":{"id":"1"},"${second}":{"id":"2","__proto__":{"polluted":true}}}`;
      return { data: JSON.parse(answer) as object };
    });
    const { body, status } = await router.post({
      query: '{ __proto__: book(id: "1") { id } constructor: book(id: "2") { id } }',
    });
    expect(status).toBe(200);
    expect(body.errors).toBeUndefined();
    expect(Object.entries(body.data ?? {})).toEqual([
      ['__proto__', { id: '1' }],
      ['constructor', { id: '2' }],
    ]);
    expect('polluted' in {}).toBe(false);
  });

  it('accepts an operation at every limit', async () => {
    router.subgraphs.book.behave(() => ({ data: { books: { edges: [] } } }));
    const rootFields = `${repeat(15, (n) => `a${n}: __typename`)} ${repeat(4, () => '__typename')} books`;
    const headers = { authorization: `Bearer ${await router.token()}` };
    const { body } = await router.post(
      { query: `{ ${rootFields} { edges { node { reservations { edges { node { book { id } } } } } } } }` },
      headers,
    );
    expect(body.errors).toBeUndefined();
    const five = repeat(5, (n) => `a${n}: __typename`);
    expect((await router.post({ query: `{ ${five} }` })).body.data).toMatchObject({ a4: 'Query' });
    expect(body.data).toMatchObject({ a14: 'Query', books: { edges: [] } });
  });

  it('accepts a persisted query by its hash, once it was sent with its text', async () => {
    router.subgraphs.book.behave(() => ({ data: { books: { edges: [] } } }));
    const { extensions } = persisted(sha256(books));
    expect((await router.post({ query: books, extensions })).status).toBe(200);
    const search = new URLSearchParams({ extensions: JSON.stringify(extensions) });
    const { body } = await router.fetch(`/graphql?${search.toString()}`, {
      headers: { 'apollo-require-preflight': 'true' },
    });
    expect(body).toEqual({ data: { books: { edges: [] } } });
  });

  it('says how long a refused document is and how long it may be, before parsing it', async () => {
    const { body } = await router.post({ query: '{'.repeat(95_000) });
    expect(body.errors?.map(({ message }) => message)).toEqual([
      'The GraphQL document has 95,000 characters; send at most 20,000, and values as variables.',
    ]);
  });

  function persisted(sha256Hash: string) {
    return { extensions: { persistedQuery: { version: 1, sha256Hash } } };
  }

  function multipart(text: string): FormData {
    const form = new FormData();
    form.set('operations', JSON.stringify({ query: text }));
    return form;
  }

  function utf16() {
    const body = Buffer.from(JSON.stringify({ query: books }), 'utf16le');
    return raw({ method: 'POST', headers: { 'content-type': 'application/json; charset=utf-16' }, body });
  }
});
