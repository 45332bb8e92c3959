import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';

const book = 'query($id: ID!) { book(id: $id) { id } }';

describe('GraphQL over HTTP', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouterUnderTest();
  });
  afterAll(() => router.stop());
  beforeEach(() => {
    router.subgraphs.book.requests.length = 0;
    router.subgraphs.book.behave(() => ({ data: { book: { id: '1' } } }));
  });

  const get = (search: string) => router.fetch(`/graphql?${search}`, { headers: { 'apollo-require-preflight': '1' } });
  const codeOf = ({ body }: Awaited<ReturnType<typeof get>>) => body.errors?.[0]?.extensions?.['code'];

  describe('an operation name', () => {
    const query = 'query A { __typename }';
    const two = 'query A { __typename } query B { __typename }';
    const extensions = {
      persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
    };

    it.each(['', null, undefined])('of %j is the same as none', async (operationName) => {
      expect((await router.post({ query, operationName })).body).toEqual({ data: { __typename: 'Query' } });
      expect((await router.post({ query, operationName, extensions })).status).toBe(200);
      expect((await router.post({ operationName, extensions })).body).toEqual({ data: { __typename: 'Query' } });
      expect(codeOf(await router.post({ query: two, operationName }))).toBe('OPERATION_RESOLUTION_FAILURE');
    });

    it('that is empty in a query string is the same as none', async () => {
      const search = new URLSearchParams({ query, operationName: '' });
      expect((await get(search.toString())).body).toEqual({ data: { __typename: 'Query' } });
      const persisted = new URLSearchParams({ operationName: '', extensions: JSON.stringify(extensions) });
      await router.post({ query, extensions });
      expect((await get(persisted.toString())).body).toEqual({ data: { __typename: 'Query' } });
    });

    it('of blanks names no operation', async () => {
      expect(codeOf(await router.post({ query, operationName: ' ' }))).toBe('OPERATION_RESOLUTION_FAILURE');
    });
  });

  describe('a query string', () => {
    it.each(['variables=null', 'variables=', 'extensions=null', 'variables=null&extensions='])(
      'with %s is the same as without',
      async (absent) => {
        const { status, body } = await get(`query=${encodeURIComponent('{ __typename }')}&${absent}`);
        expect([status, body]).toEqual([200, { data: { __typename: 'Query' } }]);
      },
    );

    it('with two values of variables is refused', async () => {
      expect(codeOf(await get('query=%7B__typename%7D&variables=null&variables=null'))).toBe('BAD_REQUEST');
    });

    it.each([
      ['a literal question mark', '%22who?%22', 'who?'],
      ['several question marks', '%22?a?b??%22', '?a?b??'],
      ['an encoded question mark', '%22who%3F%22', 'who?'],
      ['a plus for a blank', '%22a+b%22', 'a b'],
      ['an encoded plus', '%22a%2Bb%22', 'a+b'],
      ['an encoded number sign', '%22a%23b%22', 'a#b'],
      ['an encoded percent sign', '%22100%25%22', '100%'],
      ['text beyond ASCII', '%22%E2%82%AC%22', '€'],
    ])('keeps %s in variables', async (_, value, id) => {
      const { status, body } = await get(`query=${encodeURIComponent(book)}&variables={%22id%22:${value}}`);
      expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
      expect(router.subgraphs.book.requests[0]?.variables).toEqual({ id });
    });

    it('keeps question marks in the document and in extensions', async () => {
      const { body } = await get(`query={book(id:%22?%22){id}}&extensions={%22client%22:%22?%22}`);
      expect(body).toEqual({ data: { book: { id: '1' } } });
      expect(router.subgraphs.book.requests[0]?.query).toContain('"?"');
    });

    it.each(['%', '%zz', '%E2%82', '%C0%80', 'a%2'])('with "%s" is refused with the remedy', async (part) => {
      const { status, body } = await get(`query={__typename}&variables=${part}`);
      expect([status, body.errors]).toEqual([
        400,
        [
          {
            message: `The query string has a part that is not percent-encoded UTF-8, "${part}"; encode it, a percent sign as "%25".`,
            extensions: { code: 'BAD_REQUEST' },
          },
        ],
      ]);
    });
  });

  describe('a charset', () => {
    const post = (type: string) => router.post({ query: '{ __typename }' }, { 'content-type': type });

    it.each(['', '; charset=utf-8', '; charset=UTF-8', '; charset="utf-8"', '; Charset="UTF-8"', ';charset=utf8'])(
      'of "%s" is read',
      async (parameters) => {
        expect((await post(`application/json${parameters}`)).body).toEqual({ data: { __typename: 'Query' } });
      },
    );

    it.each([
      '; charset=utf-7',
      '; charset=utf-16',
      '; charset="utf-16le"',
      '; charset=ISO-8859-1',
      '; charset=""',
      '; charset=utf-8; charset=utf-7',
      '; charset=utf-7; charset=utf-8',
    ])('of "%s" is refused with 415 and the remedy', async (parameters) => {
      const { status, body } = await post(`application/json${parameters}`);
      expect(status).toBe(415);
      expect(body.errors).toEqual([
        {
          message: expect.stringMatching(/^The charset ".*" is not understood; send .* UTF-8/),
          extensions: { code: 'BAD_REQUEST' },
        },
      ]);
    });
  });

  describe('the bytes of a body', () => {
    const send = (body: Buffer, headers = {}) =>
      router.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
    const request = JSON.stringify({ query: '{ __typename } # caf\u00e9 \u{1F4D6}' });

    it.each([undefined, '', 'identity', 'Identity'])('are read with the content encoding %s', async (coding) => {
      const headers = coding === undefined ? {} : { 'content-encoding': coding };
      expect((await send(Buffer.from(request), headers)).body).toEqual({ data: { __typename: 'Query' } });
    });

    it('are read behind a byte order mark', async () => {
      expect((await send(Buffer.from(`\ufeff${request}`))).body).toEqual({ data: { __typename: 'Query' } });
    });

    it.each(['gzip', 'br', 'identity, gzip', 'x-gzip'])('are refused with 415 and the remedy: %s', async (coding) => {
      const { status, body } = await send(gzipSync(request), { 'content-encoding': coding });
      expect([status, body.errors?.[0]]).toEqual([
        415,
        {
          message: `The content encoding "${coding}" is not understood; send the body as it is, without the header Content-Encoding.`,
          extensions: { code: 'BAD_REQUEST' },
        },
      ]);
    });

    it('are refused, instead of read as other text, where they are not UTF-8', async () => {
      const { status, body } = await send(Buffer.from(request, 'latin1'));
      expect([status, body.errors?.[0]]).toEqual([
        400,
        {
          message: 'The body has bytes that are not UTF-8; send the request in UTF-8.',
          extensions: { code: 'BAD_REQUEST' },
        },
      ]);
    });
  });
});
