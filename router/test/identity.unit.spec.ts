import { DEADLINE_HEADER, GRAPHQL_PATH, IDENTITY_HEADER } from '@rentalbook/service-kit';
import { request as httpRequest } from 'node:http';
import { refusedTokens, typed } from './support/refused-tokens';
import { bookVerifier, startRouterUnderTest, type Claims, type RouterUnderTest } from './support/router-under-test';
import { inSeconds } from './support/tokens';
import { aQuery } from './identity.support';
import './roles-and-lifetimes.cases';

// What counts seconds here is the date alone, so it stands still; all timers go on.
jest.useFakeTimers({
  doNotFake: [
    ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const),
    ...(['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
  ],
});

describe('who asks', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouterUnderTest();
    router.subgraphs.book.behave(() => ({ data: { book: { id: '1' } } }));
  });
  afterAll(() => router.stop());
  beforeEach(() => {
    router.subgraphs.book.requests.length = 0;
  });

  const ask = (authorization: string) => router.post(aQuery, { authorization });
  const callerSeenByBook = () => {
    const [request] = router.subgraphs.book.requests;
    const header = request?.headers[IDENTITY_HEADER];
    return bookVerifier().verify(String(header), { path: GRAPHQL_PATH, body: request?.rawBody ?? '' }).caller;
  };

  it('lets anybody in who sends no token, and says so to the subgraph', async () => {
    expect((await router.post(aQuery)).body.data).toEqual({ book: { id: '1' } });
    expect(callerSeenByBook()).toBeNull();
  });

  it('identifies the caller to the subgraph, signed for exactly the body it receives', async () => {
    await ask(`Bearer ${await router.token({ sub: 'alice', name: 'Alice', roles: ['member', 'librarian', 'king'] })}`);
    expect(callerSeenByBook()).toEqual({
      memberId: 'alice',
      name: 'Alice',
      roles: ['member', 'librarian'],
    });
  });

  it('takes the name of the scheme in any case, and the id for the name of who has none', async () => {
    await ask(`bearer ${await router.token({ name: undefined })}`);
    expect(callerSeenByBook()).toMatchObject({ memberId: 'alice', name: 'alice' });
  });

  // Times count from the moment of the test, not from when the file was loaded.
  it.each<[string, () => Claims]>([
    ['5 seconds of clock skew after its end', () => ({ exp: inSeconds(-2) })],
    ['5 seconds of clock skew before its beginning', () => ({ nbf: inSeconds(3) })],
    ['several audiences', () => ({ aud: ['other', 'rentalbook'] })],
    ['no roles in its list', () => ({ roles: [] })],
    ['no roles at all', () => ({ roles: undefined })],
  ])('accepts a token with %s', async (_, claims) => {
    expect((await ask(`Bearer ${await router.token(claims())}`)).status).toBe(200);
  });

  it.each([
    'auth0|6543.21$x/ü?',
    'google-oauth2|104998172635',
    'a+b@example.com',
    'https://issuer.example/users/7?x=1&y=2#z',
    '9f3b5c1e-7a43-4b1e-9d1f-0c8a6a0f2b11',
    'al ice',
    'constructor',
    '__proto__',
    'toString',
    '$where',
    'a.b$c',
    '{"$ne":null}',
    'a'.repeat(255),
    '😀'.repeat(255),
  ])('takes any subject of an identity provider for the id of a member, exactly as it is: %s', async (sub) => {
    await ask(`Bearer ${await router.token({ sub, name: undefined })}`);
    const caller = callerSeenByBook();
    expect(caller?.memberId).toBe(sub);
    expect(Array.from(caller?.name ?? '').length).toBeLessThanOrEqual(200);
    expect(caller?.name).not.toMatch(/\p{Cs}/u);
  });

  it.each([
    ['its name', { name: 'Alice', preferred_username: 'ali' }, 'Alice'],
    ['its preferred user name', { name: undefined, preferred_username: 'ali', nickname: 'al' }, 'ali'],
    ['its nickname', { name: null, nickname: 'al', email: 'alice@example.com' }, 'al'],
    ['its subject, not an address', { name: undefined, email: 'alice@example.com' }, 'alice'],
    ['its subject, for a name of invisible characters', { name: '\u200b\u2060 \u3164' }, 'alice'],
    ['its name without what prints backwards', { name: ' \u202eAlice\u2028\nAmes\u0000 ' }, 'Alice Ames'],
    ['its nickname, for a name of stacked marks', { name: `A${'\u0301'.repeat(40)}`, nickname: 'al' }, 'al'],
    ['its subject, for a name with a noncharacter', { name: 'A\uffffB' }, 'alice'],
    ['200 characters of its name', { name: 'x'.repeat(1_000) }, `${'x'.repeat(199)}…`],
    ['200 characters as a reader counts them', { name: '🇰🇷'.repeat(200) }, '🇰🇷'.repeat(200)],
    ['whole characters of its name', { name: '👩‍👩‍👧‍👦'.repeat(150) }, `${'👩‍👩‍👧‍👦'.repeat(63)}…`],
  ])('calls the caller of a token by %s', async (_, claims: Claims, name) => {
    await ask(`Bearer ${await router.token(claims)}`);
    expect(callerSeenByBook()?.name).toBe(name);
  });

  it.each<[unknown, string[]]>([
    ['librarian', ['librarian']],
    ['openid member,librarian  profile', ['member', 'librarian']],
    [['member', 'member', 'Member', 'king'], ['member']],
    ['', []],
    [null, []],
    [[], []],
  ])('reads the roles of %j', async (roles, read) => {
    await ask(`Bearer ${await router.token({ roles })}`);
    expect(callerSeenByBook()?.roles).toEqual(read);
  });

  it.each(['JWT', 'jwt', 'at+jwt', 'application/at+jwt'])('accepts a token of the type %s', async (typ) => {
    expect((await ask(await typed(typ)(router))).status).toBe(200);
  });

  it.each(refusedTokens)(
    'refuses the whole request for %s, with 401 and a remedy',
    async (_, header, why = /token/) => {
      const { status, body, headers, text } = await ask(await header(router));
      expect(status).toBe(401);
      expect(body).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } }] });
      expect(body.errors?.[0]?.message).toMatch(why);
      expect(body.errors?.[0]?.message).toMatch(/sign in again and send the new token as "authorization: Bearer/);
      expect(headers.get('www-authenticate')).toBe('Bearer');
      expect(text).not.toMatch(/ey[A-Za-z0-9]{10}|jose|JW[TSK]/);
      expect(router.subgraphs.book.requests).toHaveLength(0);
    },
  );

  it.each(['', ' ', '\t', 'Bearer', 'Bearer ', 'bearer   '])(
    'takes an authorization header without a token for none: "%s"',
    async (authorization) => {
      expect((await ask(authorization)).body).toEqual({ data: { book: { id: '1' } } });
      expect(callerSeenByBook()).toBeNull();
    },
  );

  /** fetch sends a header once. */
  const askWith = (authorization: string[]): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(`${router.url}/graphql`, { method: 'POST' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.setHeader('authorization', authorization);
      request.setHeader('content-type', 'application/json');
      request.on('error', reject).end(JSON.stringify(aQuery));
    });

  it('refuses two authorization headers, of which Node shows only the first', async () => {
    const token = await router.token();
    expect(await askWith([`Bearer ${token}`, `Bearer ${token}`])).toBe(401);
  });

  it('takes the token of two authorization headers of which one is empty', async () => {
    expect(await askWith(['', `Bearer ${await router.token()}`])).toBe(200);
    expect(callerSeenByBook()?.memberId).toBe('alice');
    router.subgraphs.book.requests.length = 0;
    expect(await askWith(['', 'Bearer'])).toBe(200);
    expect(callerSeenByBook()).toBeNull();
  });

  it('never forwards an identity that a client made up', async () => {
    await router.post(aQuery, { [IDENTITY_HEADER]: 'made up', 'x-rentalbook-member': 'alice', cookie: 'a=b' });
    const headers = router.subgraphs.book.requests[0]?.headers;
    expect(headers?.[IDENTITY_HEADER]).not.toBe('made up');
    expect(callerSeenByBook()).toBeNull();
    expect(Object.keys(headers ?? {}).sort()).toEqual(
      [
        ...['accept', 'accept-language', 'connection', 'content-length', 'content-type', 'host', 'traceparent'],
        ...[IDENTITY_HEADER, DEADLINE_HEADER],
      ].sort(),
    );
  });
});

it('a token is UNAVAILABLE, not wrong, while the keys to check it with cannot be fetched', async () => {
  const router = await startRouterUnderTest({ JWT_JWKS_FILE: '', JWT_JWKS_URL: 'http://127.0.0.1:1/keys' });
  const { status, body } = await router.post(aQuery, { authorization: `Bearer ${await router.token()}` });
  await router.stop();
  expect(status).toBe(503);
  expect(body.errors).toEqual([{ message: expect.stringMatching(/try again/), extensions: { code: 'UNAVAILABLE' } }]);
});
