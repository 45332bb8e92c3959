import { preferredLanguage } from '../src/gateway/language';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';

describe('the language of an answer', () => {
  it.each<[string | undefined, 'en' | 'ko']>([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['ko', 'ko'],
    ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
    ['ko-KR', 'ko'],
    ['KO', 'ko'],
    ['en-US,en;q=0.9,ko;q=0.8', 'en'],
    ['en;q=0.5, ko;q=0.6', 'ko'],
    ['ko;q=0', 'en'],
    ['ko;q=0, en', 'en'],
    ['de-DE,de;q=0.9,ko;q=0.1', 'ko'],
    ['de, fr;q=0.5', 'en'],
    ['kok, konkani', 'en'],
    ['__proto__, constructor;q=1', 'en'],
    [';;;===,,,\u0000\u00ff;q=;q=ko', 'en'],
    ['ko;q=1'.padEnd(10_000, ', ko-KR;q=0.9'), 'en'],
    ['ÿ,;"=\\'.repeat(1_500), 'en'],
  ])('of the header %j', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });

  describe('of a router', () => {
    const QUERY = '{ book(id: "1") { title } }';
    let router: RouterUnderTest;
    beforeAll(async () => {
      router = await startRouterUnderTest();
    });
    afterAll(() => router.stop());
    beforeEach(() => {
      router.subgraphs.book.requests.length = 0;
      router.subgraphs.book.behave(() => ({ data: { book: null } }));
    });
    const messagesOf = async (body: object | string, headers: Record<string, string>): Promise<unknown[]> =>
      ((await router.post(body, headers)).body.errors ?? []).map(({ message }) => message);

    it.each([
      ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
      ['de', 'en'],
      ['x'.repeat(10_000), 'en'],
    ])('reaches the subgraphs, and is named for caches: %#', async (header, language) => {
      const { headers, body } = await router.post({ query: QUERY }, { 'accept-language': header });
      expect(body).toEqual({ data: { book: null } });
      expect(router.subgraphs.book.requests[0]?.headers['accept-language']).toBe(language);
      expect(headers.get('content-language')).toBe(language);
      expect(headers.get('vary')?.split(/,\s*/)).toContain('Accept-Language');
    });

    it('is named beside the origin that a browser sends, and for a refused request, too', async () => {
      const origin = { origin: 'http://localhost:3000', 'accept-language': 'ko' };
      const { status, headers } = await router.post('{', origin);
      expect([status, headers.get('content-language')]).toEqual([400, 'ko']);
      expect(headers.get('vary')?.split(/,\s*/)).toEqual(expect.arrayContaining(['Origin', 'Accept-Language']));
    });

    it.each<[string, object | string, Record<string, string>, string, string]>([
      [
        'a token that is none',
        { query: QUERY },
        { authorization: 'Bearer nonsense' },
        'Your token is not valid; sign in again and send the new token as "authorization: Bearer <token>".',
        '토큰이 유효하지 않습니다. 다시 로그인하여 새 토큰을 "authorization: Bearer <token>"으로 보내 주십시오.',
      ],
      [
        'an operation that is too deep',
        {
          query:
            '{ book(id: 1) { reservations { edges { node { book { rentals { edges { node { book { id } } } } } } } } } }',
        },
        {},
        'The operation is 10 levels deep; ask for at most 8.',
        '작업의 깊이가 10단계입니다. 8단계 이하로 줄여 주십시오.',
      ],
      [
        'a list that is too long',
        { query: 'query($ids: ID!) { book(id: $ids) { id } }', variables: { ids: Array(101).fill('1') } },
        {},
        'The operation has a list of 101 values; send at most 100.',
        '작업에 값이 101개인 목록이 있습니다. 100개 이하로 줄여 주십시오.',
      ],
      [
        'a body that is no JSON',
        '{',
        {},
        'The request could not be read; send a JSON object with a "query".',
        '요청을 읽을 수 없습니다. "query"가 있는 JSON 객체를 보내 주십시오.',
      ],
      [
        'another charset',
        { query: QUERY },
        { 'content-type': 'application/json; charset=latin1' },
        'The charset "latin1" is not understood; send the request in UTF-8, with "application/json; charset=utf-8".',
        '문자 집합 "latin1"은 지원하지 않습니다. 요청을 UTF-8로, "application/json; charset=utf-8"과 함께 보내 주십시오.',
      ],
    ])('is that of the refusal of %s', async (_what, body, headers, english, korean) => {
      expect(await messagesOf(body, headers)).toEqual([english]);
      expect(await messagesOf(body, { ...headers, 'accept-language': 'fr, ko;q=0.1' })).toEqual([korean]);
    });

    it('is that of the error about a subgraph that is away, or failed', async () => {
      router.subgraphs.book.behave((_request, response) => void response.writeHead(503).end());
      expect(await messagesOf({ query: QUERY }, {})).toEqual(['"book" cannot answer right now; try again.']);
      const away = await messagesOf({ query: QUERY }, { 'accept-language': 'ko' });
      expect(away).toEqual(['지금은 "book"은(는) 응답할 수 없습니다. 다시 시도해 주십시오.']);
      router.subgraphs.book.behave(() => ({
        data: { book: null },
        errors: [{ message: 'x', path: ['book'], extensions: { code: 'INTERNAL_SERVER_ERROR', errorId: 'e-1' } }],
      }));
      expect(await messagesOf({ query: QUERY }, { 'accept-language': 'ko' })).toEqual([
        '오류가 발생했습니다. 문의하실 때 e-1 번호를 알려 주십시오.',
      ]);
    });

    it('is that of the sentence about an address where nothing is, and about another host', async () => {
      const headers = { 'accept-language': 'ko' };
      const nothing = await router.service.inject({ method: 'GET', url: '/nothing', headers });
      expect(nothing.json()).toMatchObject({
        errors: [{ message: '이 주소에는 아무것도 없습니다. GraphQL은 /graphql로 보내 주십시오.' }],
      });
      const host = { ...headers, host: 'evil.example' };
      const elsewhere = await router.service.inject({ method: 'POST', url: '/graphql', headers: host });
      expect([elsewhere.statusCode, elsewhere.headers['content-language']]).toEqual([421, 'ko']);
      expect(elsewhere.body).toContain('호스트 \\"evil.example\\"은(는) 여기에서 제공하지 않습니다.');
    });
  });
});
