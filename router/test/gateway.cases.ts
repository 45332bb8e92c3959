import { CONSISTENCY_HEADER, CONSISTENCY_HEADER_LIMIT, readableTokens } from '@rentalbook/service-kit';
import { getIntrospectionQuery } from 'graphql';
import { createHash } from 'node:crypto';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';

const myPage = '{ myPage { entries { edges { node { id bookTitle book { id title } } } } } }';
const entries = (...ids: string[]) => ({
  data: {
    myPage: {
      entries: {
        edges: ids.map((id) => ({
          node: { id: `entry-${id}`, bookTitle: `Title ${id}`, book: { __typename: 'Book', id } },
        })),
      },
    },
  },
});

describe('the gateway', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouterUnderTest();
  });
  afterAll(() => router.stop());
  beforeEach(() => {
    router.log.length = 0;
    for (const subgraph of Object.values(router.subgraphs)) subgraph.requests.length = 0;
  });

  it('answers a query from the subgraph that owns it', async () => {
    router.subgraphs.book.behave(() => ({ data: { book: { id: '1', title: 'Momo' } } }));
    const { status, body } = await router.post({ query: '{ book(id: "1") { id title } }' });
    expect({ status, body }).toEqual({ status: 200, body: { data: { book: { id: '1', title: 'Momo' } } } });
  });

  it('asks for the entities of a whole page in one request', async () => {
    router.subgraphs.mypage.behave(() => entries('1', '2', '3'));
    router.subgraphs.book.behave(({ variables }) => ({
      data: {
        _entities: (variables['representations'] as { id: string }[]).map(({ id }) => ({ title: `Title ${id}` })),
      },
    }));
    const { body } = await router.post({ query: myPage });
    expect(body.errors).toBeUndefined();
    expect(JSON.stringify(body.data)).toContain('"book":{"id":"3","title":"Title 3"}');
    expect(router.subgraphs.book.requests).toHaveLength(1);
  });

  it('gives an alias that is named as the key its own value and its own error, also as a persisted query', async () => {
    const query = '{ book(id: "1") { id: isbn __typename: title queueLength } }';
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    router.subgraphs.book.behave(({ query: fetch }) => {
      const [, isbn = '', title = ''] = /(\w+) ?: ?isbn\W+(\w+) ?: ?title/.exec(fetch) ?? [];
      const error = { message: 'Hidden.', path: ['book', isbn], extensions: { code: 'FORBIDDEN' } };
      return { data: { book: { __typename: 'Book', id: '1', [isbn]: null, [title]: 'Momo' } }, errors: [error] };
    });
    router.subgraphs.reserve.behave(() => ({ data: { _entities: [{ queueLength: 3 }] } }));
    for (const request of [{ query }, { query, extensions }, { extensions }]) {
      const { body } = await router.post(request);
      expect(body).toEqual({
        data: { book: { id: null, __typename: 'Momo', queueLength: 3 } },
        errors: [{ message: 'Hidden.', path: ['book', 'id'], extensions: { code: 'FORBIDDEN' } }],
      });
    }
    expect(router.subgraphs.reserve.requests[0]?.variables).toEqual({
      representations: [{ __typename: 'Book', id: '1' }],
    });
  });

  it('answers a query that comes with GET', async () => {
    router.subgraphs.book.behave(() => ({ data: { book: { id: '1' } } }));
    const search = new URLSearchParams({ query: 'query($id: ID!) { book(id: $id) { id } }', variables: '{"id":"1"}' });
    const { body } = await router.fetch(`/graphql?${search.toString()}`, {
      headers: { 'x-apollo-operation-name': 'a' },
    });
    expect(body).toEqual({ data: { book: { id: '1' } } });
    expect(router.subgraphs.book.requests[0]?.variables).toEqual({ id: '1' });
  });

  it('hands the trace and the consistency token on to every subgraph that it asks', async () => {
    const traceparent = '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01';
    router.subgraphs.mypage.behave(() => entries('1'));
    router.subgraphs.book.behave(() => ({ data: { _entities: [{ title: 'Momo' }] } }));
    await router.post({ query: myPage }, { traceparent, [CONSISTENCY_HEADER]: 'a-token' });
    for (const { requests } of [router.subgraphs.mypage, router.subgraphs.book])
      expect(requests[0]?.headers).toMatchObject({ traceparent, [CONSISTENCY_HEADER]: 'a-token' });
  });

  it('hands on what it reads itself of a long header of consistency tokens', async () => {
    router.subgraphs.book.behave(() => ({ data: { book: null } }));
    const long = `é,${','.repeat(CONSISTENCY_HEADER_LIMIT)}claim`;
    await router.post({ query: '{ book(id: "1") { id } }' }, { [CONSISTENCY_HEADER]: long });
    const sent = router.subgraphs.book.requests[0]?.headers[CONSISTENCY_HEADER];
    expect(sent).toBe(readableTokens(long));
    expect(sent).toHaveLength(CONSISTENCY_HEADER_LIMIT);
  });

  it('begins a trace of its own where none arrives or it makes no sense', async () => {
    router.subgraphs.book.behave(() => ({ data: { book: null } }));
    await router.post({ query: '{ book(id: "1") { id } }' }, { traceparent: 'nonsense' });
    expect(router.subgraphs.book.requests[0]?.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });

  it('forbids every cache to keep an answer', async () => {
    expect((await router.post({ query: '{ __typename }' })).headers.get('cache-control')).toBe('no-store');
  });

  it('offers its schema in development, but never a query plan', async () => {
    const schema = await router.post({ query: getIntrospectionQuery() });
    expect(schema.body.errors).toBeUndefined();
    router.subgraphs.book.behave(() => ({ data: { book: null } }));
    const planned = await router.post(
      { query: '{ book(id: "1") { id } }' },
      { 'apollo-query-plan-experimental': '1', 'apollo-expose-query-plan': '1' },
    );
    expect(planned.body).toEqual({ data: { book: null } });
  });

  describe('what a subgraph reports', () => {
    it.each(['BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN', 'UNAVAILABLE', 'OVERLOADED'])(
      'passes %s on as it is, with its path and nothing more',
      async (code) => {
        const extensions = { code, stacktrace: ['at x (/srv/x.js:1:1)'], exception: { host: 'mongo' } };
        const error = { message: 'Said so.', path: ['aliased'], locations: [{ line: 1, column: 1 }], extensions };
        router.subgraphs.book.behave(() => ({ data: { aliased: null }, errors: [error] }));
        const { status, body } = await router.post({ query: '{ aliased: book(id: "1") { id } }' });
        expect(status).toBe(200);
        expect(body).toEqual({
          errors: [{ message: 'Said so.', path: ['aliased'], extensions: { code } }],
          data: { aliased: null },
        });
      },
    );

    it('gives the error of an entity the path where a client sees it', async () => {
      router.subgraphs.mypage.behave(() => entries('1', '2'));
      const error = { message: 'No.', path: ['_entities', 1, 'title'], extensions: { code: 'FORBIDDEN' } };
      router.subgraphs.book.behave(() => ({ data: { _entities: [{ title: 'a' }, null] }, errors: [error] }));
      const { body } = await router.post({ query: myPage });
      expect(body.errors?.[0]?.path).toEqual(['myPage', 'entries', 'edges', 1, 'node', 'book', 'title']);
    });

    it('passes bad input on that only the subgraph can see, though it comes with 400', async () => {
      router.subgraphs.book.behave((_, response) => {
        const error = { message: 'No instant.', extensions: { code: 'BAD_USER_INPUT' } };
        response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [error] }));
        return undefined;
      });
      const { body } = await router.post({ query: '{ book(id: "1") { id } }' });
      expect(body.errors).toEqual([{ message: 'No instant.', path: ['book'], extensions: { code: 'BAD_USER_INPUT' } }]);
    });

    it('keeps the id of an error that a subgraph masked, and no word of it', async () => {
      const extensions = { code: 'INTERNAL_SERVER_ERROR', errorId: 'its-id' };
      router.subgraphs.book.behave(() => ({
        data: { book: null },
        errors: [{ message: 'mongo at 10.0.0.7', extensions }],
      }));
      const { body } = await router.post({ query: '{ book(id: "1") { id } }' });
      expect(body.errors).toEqual([
        { message: expect.stringMatching(/^Something went wrong here; quote its-id/), extensions },
      ]);
    });

    it.each(['GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST', 'SOMETHING_ELSE', undefined])(
      'masks %s, which is between the router and the subgraph',
      async (code) => {
        const error = { message: 'Cannot query field "secret".', extensions: { code } };
        router.subgraphs.book.behave(() => ({ data: null, errors: [error] }));
        const { body, text } = await router.post({ query: '{ book(id: "1") { id } }' });
        expect(body.errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', errorId: expect.any(String) });
        expect(text).not.toContain('secret');
        expect(router.log).toContainEqual(
          expect.objectContaining({ errorId: body.errors?.[0]?.extensions?.['errorId'], level: 50 }),
        );
      },
    );

    it.each([
      ['a value of null that may not be null', { book: { id: '1', title: null } }],
      ['an object in place of a text', { book: { id: '1', title: { a: 1 } } }],
      ['a list in place of an object', { book: [] }],
      ['a text in place of an object', { book: 'Momo' }],
    ])('says that something is wrong about %s', async (_, data) => {
      router.subgraphs.book.behave(() => ({ data }));
      const { body, text } = await router.post({ query: '{ book(id: "1") { id title } }' });
      expect(body.errors).toHaveLength(1);
      expect(body.errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', errorId: expect.any(String) });
      expect(body.extensions).toBeUndefined();
      expect(text).not.toMatch(/Invalid|subgraph|at .*:\d+/);
    });

    it('says so when a subgraph leaves entities out', async () => {
      router.subgraphs.mypage.behave(() => entries('1', '2'));
      router.subgraphs.book.behave(() => ({ data: { _entities: [] } }));
      const { body } = await router.post({ query: myPage });
      expect(body.errors?.[0]?.extensions?.['code']).toBe('INTERNAL_SERVER_ERROR');
    });
  });

  describe('the log', () => {
    it('has one line for a failed operation, and nothing personal in it', async () => {
      const error = { message: 'Not yours, Alice.', extensions: { code: 'FORBIDDEN' } };
      router.subgraphs.book.behave(() => ({ data: { book: null }, errors: [error] }));
      await router.post(
        { query: 'query Look($id: ID!) { book(id: $id) { id } }', variables: { id: 'book-of-alice' } },
        { authorization: `Bearer ${await router.token()}` },
      );
      expect(router.log).toEqual([
        expect.objectContaining({
          level: 30,
          codes: ['FORBIDDEN'],
          operation: 'Look',
          ms: expect.any(Number),
          subgraphs: ['book'],
        }),
      ]);
      expect(JSON.stringify(router.log)).not.toMatch(/alice/i);
    });

    it('has no line for one that succeeds', async () => {
      router.subgraphs.book.behave(() => ({ data: { book: null } }));
      await router.post({ query: '{ book(id: "1") { id } }' });
      expect(router.log).toEqual([]);
    });

    it('has one line for a request that never became an operation', async () => {
      await router.post('{');
      await router.post({ query: '{ __typename }' }, { authorization: 'Bearer nonsense' });
      expect(router.log).toEqual([
        expect.objectContaining({ codes: ['BAD_REQUEST'] }),
        expect.objectContaining({ codes: ['UNAUTHENTICATED'] }),
      ]);
    });
  });
});
