import { Supergraph } from '@apollo/federation-internals';
import { StartupError } from '@rentalbook/service-kit';
import { getOperationAST, getIntrospectionQuery, parse, print, stripIgnoredCharacters, validate } from 'graphql';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { readEnvironment } from '../src/environment';
import { limitOperations, operationLimits } from '../src/limits/operation-limits.rule';
import { createSafelist } from '../src/limits/safelist';
import { startRouter } from '../src/start-router';
import {
  SIGNING_KEY,
  operationFiles,
  operationTexts,
  startRouterUnderTest,
  supergraph,
  type Answer,
  type RouterUnderTest,
} from './support/router-under-test';

const root = join(__dirname, '../..');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const persisted = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256(text) } });

const findBooks = operationTexts['02-find-books'];
const reserve = operationTexts['04-reserve'];
const unlisted = '{ books(first: 1) { edges { node { isbn } } } }';
const codeOf = ({ status, body }: Answer) => [status, body.errors?.[0]?.extensions?.['code']];
const refused = [400, 'PERSISTED_QUERY_NOT_IN_LIST'];

describe('the operations of our own clients', () => {
  const schema = Supergraph.build(supergraph).apiSchema().toGraphQLJSSchema();

  it.each(operationFiles)('%s is one operation of the graph, within its limits', (file) => {
    const document = parse(operationTexts[file] ?? '');
    expect(getOperationAST(document)).toBeTruthy();
    expect(validate(schema, document)).toEqual([]);
    expect(validate(schema, document, [limitOperations(operationLimits)])).toEqual([]);
  });

  it('are all built into the router, under the names of their files', () => {
    const source = readFileSync(join(root, 'router/src/operations.ts'), 'utf8');
    const imported = new Map(
      [...source.matchAll(/^import (\w+) from '..\/operations\/(.+)\.graphql';$/gm)].map(([, as, file]) => [as, file]),
    );
    const named = [...source.matchAll(/^ {2}'([\w-]+)': (\w+),$/gm)].map(([, file, as]) => [file, imported.get(as)]);
    expect(named.sort()).toEqual(operationFiles.map((file) => [file, file]));
  });

  it('are all that the README and the greeting of npm start show for curl', () => {
    const texts = ['README.md', 'tools/cli/src/ready.ts'].flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/-d '\{"query":"(.+?)"\}'/g)].map(([, text = '']) => text),
    );
    expect(texts.length).toBeGreaterThanOrEqual(3);
    const admit = createSafelist(operationTexts);
    for (const query of texts)
      expect(admit({ method: 'POST', search: '', body: { query } }).body).toHaveProperty('query');
  });
});

describe('a list of operations', () => {
  const start = (broken: string, SAFELIST: string) =>
    startRouter({
      settings: readEnvironment({ SIGNING_KEY, JWT_JWKS_FILE: '/no/such/file', SAFELIST }),
      supergraph,
      operations: { ...operationTexts, broken },
      logger: pino({ level: 'silent' }),
    });

  it.each([
    ['no GraphQL', '{ books {', 'is no GraphQL (Syntax Error: Expected Name, found <EOF>); correct it.'],
    ['two operations', 'query A { a } query B { b }', 'has 2 operations; give each operation a file.'],
    ['no operation', 'fragment A on Book { id }', 'has 0 operations; give each operation a file.'],
  ])('keeps the router from starting when a file is %s', async (_, text, fault) => {
    const message = `The file "broken.graphql" of router/operations ${fault}`;
    await expect(start(text, 'required')).rejects.toThrow(new StartupError(message));
    await expect(start(text, 'off')).rejects.toThrow('/no/such/file');
  });
});

describe('a router that answers listed operations only', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouterUnderTest({ SAFELIST: 'required' });
  });
  afterAll(() => router.stop());
  beforeEach(() => {
    router.subgraphs.book.requests.length = 0;
    router.subgraphs.reserve.requests.length = 0;
    router.subgraphs.book.behave(() => ({ data: { books: { edges: [], pageInfo } } }));
    router.subgraphs.reserve.behave(() => ({
      data: { reserveBook: { reservation: null, refusal: null, consistencyToken: 't' } },
    }));
  });

  const pageInfo = { hasNextPage: false, endCursor: null };
  const books = { data: { books: { edges: [], pageInfo } } };
  const get = (parameters: Record<string, string> | [string, string][]) =>
    router.fetch(`/graphql?${new URLSearchParams(parameters).toString()}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
  const asked = () => Object.values(router.subgraphs).flatMap(({ requests }) => requests);

  describe('answers a listed operation', () => {
    const forms: [string, string][] = [
      ['as it is in its file', findBooks],
      ['as graphql-js prints it', print(parse(findBooks))],
      ['without white space', stripIgnoredCharacters(findBooks)],
      ['with other white space, commas and comments', `\uFEFF# Mine\n,${findBooks.replaceAll('\n', ' ,\r\n\t# so\n')}`],
    ];
    // First, so that no other case has sent the text.
    it.each(forms.slice(0, 2))('by the hash of its text %s, without a registration', async (_, text) => {
      const extensions = persisted(text);
      expect((await router.post({ extensions })).body).toEqual(books);
      expect((await router.post({ query: null, operationName: 'FindBooks', extensions })).body).toEqual(books);
      expect((await get({ extensions: JSON.stringify(extensions), variables: '{"first":3}' })).body).toEqual(books);
      expect(router.subgraphs.book.requests.at(-1)?.variables).toMatchObject({ first: 3 });
    });

    it.each(forms)('%s, by POST and by GET', async (_, query) => {
      expect((await router.post({ query })).body).toEqual(books);
      expect((await get({ query })).body).toEqual(books);
      expect((await router.post({ query, extensions: persisted(query) })).body).toEqual(books);
    });

    it('of a member, a mutation too, which GET still does not carry out', async () => {
      const headers = { authorization: `Bearer ${await router.token()}` };
      const request = { extensions: persisted(reserve), variables: { input: { bookId: '1' } } };
      expect((await router.post(request, headers)).body.data).toMatchObject({ reserveBook: { consistencyToken: 't' } });
      router.subgraphs.reserve.requests.length = 0;
      expect((await get({ extensions: JSON.stringify(persisted(reserve)) })).status).toBe(405);
      expect(asked()).toEqual([]);
    });

    it('under the rules that hold for every operation', async () => {
      const extensions = persisted(findBooks);
      expect(codeOf(await router.post({ extensions, operationName: 'Other' }))[1]).toBe('OPERATION_RESOLUTION_FAILURE');
      expect(codeOf(await router.post({ extensions, variables: { first: 'x' } }))[1]).toBe('BAD_USER_INPUT');
      expect(codeOf(await router.post({ query: findBooks, extensions: persisted('x') }))).toEqual([400, 'BAD_REQUEST']);
      const search = new URLSearchParams({ query: findBooks }).toString();
      expect(codeOf(await router.fetch(`/graphql?${search}`))).toEqual([400, 'BAD_REQUEST']);
      expect(asked()).toEqual([]);
    });
  });

  it.each([
    ['an operation that is not listed', { query: unlisted }],
    ['a listed operation with one more field', { query: findBooks.replace('authors\n', 'authors isbn\n') }],
    ['a listed operation under another name', { query: findBooks.replace('FindBooks', 'Find') }],
    [
      'a listed operation beside another one',
      { query: `${findBooks} query B ${unlisted}`, operationName: 'FindBooks' },
    ],
    ['introspection', { query: getIntrospectionQuery() }],
    ['the smallest introspection', { query: '{ __typename }' }],
    ['a hash that is not listed', { extensions: persisted(unlisted) }],
    ['a hash of another version', { extensions: { persistedQuery: { version: 2, sha256Hash: sha256(findBooks) } } }],
    ['a hash that is an object', { extensions: { persistedQuery: { version: 1, sha256Hash: {} } } }],
    ['the registration of a hash', { query: unlisted, extensions: persisted(unlisted) }],
    ['an operation with the hash of a listed one', { query: unlisted, extensions: persisted(findBooks) }],
    ['an empty text with the hash of a listed one', { query: '', extensions: persisted(findBooks) }],
    ['a text that is an object', { query: { kind: 'Document' }, extensions: persisted(findBooks) }],
    ['a text that is no GraphQL', { query: '{ books(search: "' }],
    ['a text that is a fault of the grammar', { query: 'query {' }],
    ['a name that every object has', { extensions: { persistedQuery: { version: 1, sha256Hash: 'constructor' } } }],
    ['nothing', {}],
    ['several operations at once', [{ query: findBooks }, { query: findBooks }]],
  ])('refuses %s with the reason and the remedy, signed in or not', async (_, request) => {
    for (const headers of [{}, { authorization: `Bearer ${await router.token()}` }]) {
      const { status, body } = await router.post(request, headers);
      expect({ status, body }).toEqual({
        status: 400,
        body: {
          errors: [
            {
              message:
                'The router answers listed operations only, and this request has none; send one of them, or have yours added to router/operations.',
              extensions: { code: 'PERSISTED_QUERY_NOT_IN_LIST' },
            },
          ],
        },
      });
    }
    expect(asked()).toEqual([]);
  });

  it('refuses by GET what it refuses by POST', async () => {
    expect(codeOf(await get({ query: unlisted }))).toEqual(refused);
    expect(codeOf(await get({ extensions: JSON.stringify(persisted(unlisted)) }))).toEqual(refused);
    expect(codeOf(await get({ extensions: '{' }))).toEqual(refused);
    expect(codeOf(await get({}))).toEqual(refused);
    expect(
      codeOf(
        await get([
          ['query', findBooks],
          ['query', unlisted],
        ]),
      ),
    ).toEqual(refused);
    const twice: [string, string] = ['extensions', JSON.stringify(persisted(findBooks))];
    expect(codeOf(await get([twice, twice]))).toEqual(refused);
    expect(asked()).toEqual([]);
  });

  it('reads the body of a POST and the query string of a GET, never the other', async () => {
    const search = new URLSearchParams({ query: findBooks }).toString();
    const answer = await router.fetch(`/graphql?${search}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: unlisted }),
    });
    expect(codeOf(answer)).toEqual(refused);
  });

  it('registers nothing: a refused text stays unknown by its hash', async () => {
    await router.post({ query: unlisted, extensions: persisted(unlisted) });
    expect(codeOf(await router.post({ extensions: persisted(unlisted) }))).toEqual(refused);
  });

  it('refuses before anything is planned, for the points of a refusal, with the code in the log', async () => {
    // Four points each; to plan them would take 1,020.
    const small = await startRouterUnderTest({ SAFELIST: 'required', ADDRESS_BUDGET: '300' });
    for (let sent = 0; sent < 60; sent += 1)
      expect(codeOf(await small.post({ query: `{ books(first: ${String(sent)}) { edges { cursor } } }` }))).toEqual(
        refused,
      );
    small.subgraphs.book.behave(() => ({ data: { books: { edges: [], pageInfo } } }));
    expect((await small.post({ extensions: persisted(findBooks) })).body).toEqual(books);
    expect(small.log).toContainEqual(expect.objectContaining({ level: 30, codes: ['PERSISTED_QUERY_NOT_IN_LIST'] }));
    await small.stop();
  });
});

describe('a router without that setting', () => {
  it('answers any operation, and knows the listed ones by no hash', async () => {
    const router = await startRouterUnderTest();
    router.subgraphs.book.behave(() => ({ data: { books: { edges: [] } } }));
    expect((await router.post({ query: unlisted })).body).toEqual({ data: { books: { edges: [] } } });
    expect(codeOf(await router.post({ extensions: persisted(findBooks) }))).toEqual([200, 'PERSISTED_QUERY_NOT_FOUND']);
    await router.stop();
  });
});
