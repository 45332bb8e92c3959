import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';

describe('the type of an answer', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouterUnderTest();
  });
  afterAll(() => router.stop());

  const JSON_TYPE = 'application/json; charset=utf-8';
  const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';
  const accepted: [string | undefined, string][] = [
    [undefined, JSON_TYPE],
    ['', JSON_TYPE],
    ['*/*', JSON_TYPE],
    ['application/*', JSON_TYPE],
    ['application/json', JSON_TYPE],
    ['application/json; charset=utf-8', JSON_TYPE],
    ['application/graphql-response+json', GRAPHQL_TYPE],
    ['APPLICATION/GraphQL-Response+JSON', GRAPHQL_TYPE],
    ['application/graphql-response+json, application/json;q=0.9', GRAPHQL_TYPE],
    ['application/graphql-response+json;q=0.5, application/json', JSON_TYPE],
    ['text/html, application/graphql-response+json', GRAPHQL_TYPE],
    ['application/json;q=0, */*', GRAPHQL_TYPE],
    ['multipart/mixed;incrementalSpec=v0.2, application/json', JSON_TYPE],
    ['application/json;callbackSpec=1.0, application/json', JSON_TYPE],
  ];
  const unacceptable = [
    'image/png',
    'text/html',
    'application/xml, text/*;q=0.9',
    'application/json;q=0',
    'multipart/mixed',
    'application/json;callbackSpec=1.0',
    'nonsense',
  ];
  const headersOf = (accept: string | undefined): Record<string, string> => (accept === undefined ? {} : { accept });
  const addBook = 'mutation { addBook(input: { title: "a", authors: ["b"] }) { consistencyToken } }';

  it.each(accepted)('for accept: %s is %s', async (accept, type) => {
    const { status, headers } = await router.post({ query: '{ __typename }' }, headersOf(accept));
    expect([status, headers.get('content-type')]).toEqual([200, type]);
  });

  it.each(accepted)('for accept: %s is %s in refusals too, with their own status', async (accept, type) => {
    const asked = headersOf(accept);
    const query = '{ __typename }';
    const answers = [
      await router.post({ query }, { ...asked, authorization: 'Bearer rubbish' }),
      await router.post('{', asked),
      await router.post({ query: 'x'.repeat(20_001) }, asked),
      await router.post({ query }, { ...asked, 'content-type': 'application/json; charset=utf-7' }),
      await router.post({ query }, { ...asked, 'content-type': 'text/plain' }),
      await router.post({ query: '{ nothing }' }, asked),
      await router.fetch('/graphql', {
        method: 'PUT',
        headers: { ...asked, 'content-type': 'application/json' },
        body: '{}',
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 400, 413, 415, 415, 400, 405]);
    for (const { headers, body } of answers) {
      expect(headers.get('content-type')).toBe(type);
      expect(body.errors).toHaveLength(1);
    }
  });

  it.each(unacceptable)(
    'is refused for accept: %s with 406 and the remedy, before anything is executed',
    async (accept) => {
      const search = new URLSearchParams({ query: '{ book(id: "1") { id } }' });
      const answers = [
        await router.post({ query: addBook }, { accept }),
        await router.fetch(`/graphql?${search.toString()}`, { headers: { accept, 'apollo-require-preflight': '1' } }),
      ];
      for (const { status, headers, body } of answers) {
        expect([status, headers.get('content-type')]).toEqual([406, JSON_TYPE]);
        expect(body).toEqual({
          errors: [
            {
              message: `The answer can be of the type "application/json" or "application/graphql-response+json", and the Accept header "${accept}" has neither; add one of them.`,
              extensions: { code: 'BAD_REQUEST' },
            },
          ],
        });
      }
      expect(router.subgraphs.book.requests).toEqual([]);
    },
  );

  it('is refused for an Accept header of more than 1,000 characters, which is not read', async () => {
    const long = `application/json${', a/b'.repeat(200)}`;
    expect((await router.post({ query: '{ __typename }' }, { accept: long.slice(0, 1_000) })).status).toBe(200);
    const { status, headers } = await router.post({ query: addBook }, { accept: long.slice(0, 1_001) });
    expect([status, headers.get('content-type')]).toEqual([406, JSON_TYPE]);
  });

  it('is JSON for a refusal whose Accept header has no type of an answer', async () => {
    const { status, headers } = await router.post('{', { accept: 'image/png', authorization: 'Bearer rubbish' });
    expect([status, headers.get('content-type')]).toEqual([401, JSON_TYPE]);
  });
});
