import { connect } from 'node:net';
import { books, persisted, repeat, sha256 } from './support/bad-request';
import { badRequests } from './support/bad-requests';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';

describe('bad input', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouterUnderTest({ METRICS_PORT: '0' });
    router.subgraphs.book.behave(() => ({ data: { books: { edges: [] }, book: null } }));
  });
  afterAll(() => router.stop());

  it.each(badRequests.map((one) => [one.what, one] as const))(
    'answers %s with its code',
    async (_, { ask, ...expected }) => {
      const { status, body, text } = await ask(router);
      const code = body.errors?.[0]?.extensions?.['code'];
      expect({ code, status }).toEqual({ code: expected.code, status: expected.status });
      expect(body.data).toBeUndefined();
      for (const error of body.errors ?? []) expect(Object.keys(error.extensions ?? {})).toEqual(['code']);
      expect(text).not.toMatch(/at .*:\d+:\d+|node_modules|router\/src|127\.0\.0\.1|localhost|stack/);
      expect(router.alarms()).toEqual([]);
    },
  );

  it('covers at least 60 kinds of it, and counts none of them as a defect', async () => {
    expect(badRequests.length).toBeGreaterThan(60);
    expect(await router.outcomes()).toEqual(expect.arrayContaining(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']));
    expect(await router.outcomes()).not.toContain('INTERNAL_SERVER_ERROR');
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

  it('refuses a member more aliases than the limit of all operations, by its message', async () => {
    const headers = { authorization: `Bearer ${await router.token()}` };
    const { body } = await router.post({ query: `{ ${repeat(16, (n) => `a${n}: __typename`)} }` }, headers);
    expect(body.errors?.map(({ message }) => message)).toEqual(['The operation has 16 aliases; use at most 15.']);
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
});
