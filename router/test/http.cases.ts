import { eventually } from '@rentalbook/test-kit/eventually';
import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import { systemClock } from '@rentalbook/timing';
import { setImmediate } from 'node:timers/promises';
import pino from 'pino';
import { watchSubgraphs } from '../src/resilience/subgraph-presence';
import { startFakeSubgraph, type FakeSubgraph } from './support/fake-subgraph';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';

describe('pages of other origins', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouterUnderTest();
  });
  afterAll(() => router.stop());

  const preflight = (origin: string, headers: string) =>
    router.fetch('/graphql', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': headers },
    });

  it.each([
    'https://studio.apollographql.com',
    'https://embeddable-sandbox.apollographql.com',
    'https://sandbox.embed.apollographql.com',
    'http://localhost:3000',
    'http://localhost',
  ])('%s may send what Apollo Sandbox sends, without credentials', async (origin) => {
    const asked =
      'apollo-query-plan-experimental,apollo-require-preflight,authorization,content-type,x-apollo-operation-name,x-consistency-token';
    const { status, headers } = await preflight(origin, asked);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-headers')?.split(/,\s*/).sort()).toEqual(asked.split(',').sort());
    expect(headers.get('access-control-allow-methods')).toMatch(/POST/);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('may not send headers of ours', async () => {
    const { headers } = await preflight('http://localhost:3000', 'x-rentalbook-identity, content-type, cookie');
    expect(headers.get('access-control-allow-headers')).toBe('content-type');
  });

  it.each(['https://evil.example', 'https://localhost.evil.example', 'http://localhost.evil.example:80', 'null'])(
    '%s may not call',
    async (origin) => {
      const { status, headers } = await preflight(origin, 'content-type');
      expect([status, headers.get('allow')]).toEqual([204, 'GET, POST, OPTIONS']);
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('access-control-allow-methods')).toBeNull();
    },
  );

  it('that are none, but ask with OPTIONS, get the methods that are served', async () => {
    const { status, headers } = await router.fetch('/graphql', { method: 'OPTIONS' });
    expect([status, headers.get('allow')]).toEqual([204, 'GET, POST, OPTIONS']);
  });

  it('get the answer of a refused request, too', async () => {
    const { status, headers } = await router.post('{', { origin: 'http://localhost:3000' });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([400, 'http://localhost:3000']);
  });
});

describe('the host of a request', () => {
  let development: RouterUnderTest;
  let production: RouterUnderTest;
  let named: RouterUnderTest;
  beforeAll(async () => {
    development = await startRouterUnderTest();
    production = await startRouterUnderTest({ NODE_ENV: 'production' });
    named = await startRouterUnderTest({ NODE_ENV: 'production', ALLOWED_HOSTS: 'Library.example, router' });
  });
  afterAll(() => Promise.all([development, production, named].map((router) => router.stop())));

  const statusOf = async (router: RouterUnderTest, url: string, host: string): Promise<number> => {
    const headers = { host, accept: url === '/' ? 'text/html' : 'application/json' };
    return (await router.service.inject({ method: 'GET', url, headers })).statusCode;
  };
  const QUERY = `/graphql?query=${encodeURIComponent('{ __typename }')}`;
  const asked = { 'apollo-require-preflight': 'true' };

  it.each(['localhost', 'localhost:4000', '127.0.0.1:4000', '[::1]:4000', 'LOCALHOST'])(
    'may be %s in development',
    async (host) => {
      expect(await statusOf(development, '/', host)).toBe(200);
      const { statusCode } = await development.service.inject({ url: QUERY, headers: { host, ...asked } });
      expect(statusCode).toBe(200);
    },
  );

  it.each(['evil.example', 'evil.example:4000', 'localhost.evil.example', '127.0.0.1.evil.example', '192.0.2.7'])(
    'may not be "%s" in development, where a page of that name could be of any origin',
    async (host) => {
      for (const url of ['/', '/ide/main.js', QUERY]) expect(await statusOf(development, url, host)).toBe(421);
      const { body } = await development.service.inject({ url: QUERY, headers: { host, ...asked } });
      const [error] = (JSON.parse(body) as { errors: { message: string; extensions: object }[] }).errors;
      expect(error?.message).toContain('ALLOWED_HOSTS');
      expect(error?.extensions).toEqual({ code: 'BAD_REQUEST' });
    },
  );

  it('is of no matter to a probe', async () => {
    expect(await statusOf(development, '/healthz', '10.1.2.3:4000')).toBe(200);
  });

  it('may be any in production, unless a setting names those that may', async () => {
    const query = (router: RouterUnderTest, host: string) =>
      router.service.inject({ url: QUERY, headers: { host, ...asked } }).then(({ statusCode }) => statusCode);
    expect(await query(production, 'library.example')).toBe(200);
    expect(await query(named, 'library.example:443')).toBe(200);
    expect(await query(named, 'ROUTER')).toBe(200);
    expect(await query(named, 'localhost')).toBe(421);
  });
});

describe('readiness', () => {
  const logger = pino({ level: 'silent' });
  let book: FakeSubgraph;
  let rental: FakeSubgraph;
  beforeEach(async () => {
    book = await startFakeSubgraph(() => ({}));
    rental = await startFakeSubgraph(() => ({}));
    rental.ready = false;
  });
  afterEach(() => Promise.all([book.stop(), rental.stop()]));
  const both = () =>
    new Map([
      ['book', book.url],
      ['rental', rental.url],
    ]);

  it('names the subgraphs that have not been ready yet, until all were', async () => {
    const arrivals = watchSubgraphs(both(), { logger, goneAfterMs: 30_000 });
    expect(arrivals.missing()).toBe('waiting for book, rental');
    await eventually(() => arrivals.missing() === 'waiting for rental');
    rental.ready = true;
    await eventually(() => arrivals.missing() === undefined);
    arrivals.stop();
  });

  it('does not wait for ever, and says so', async () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => lines.push(line) });
    const arrivals = watchSubgraphs(both(), { logger: log, goneAfterMs: 30_000, patienceMs: 100 });
    await eventually(() => arrivals.missing() === undefined);
    expect(lines.join()).toMatch(/"missing":\[.*"rental"\]/);
  });

  it('ends when a subgraph that was ready has not answered for long, but for a probe that excludes this', async () => {
    const lost = await startFakeSubgraph(() => ({}));
    const clock = { now: 0 };
    const presence = watchSubgraphs(new Map([['book', lost.url]]), {
      logger,
      goneAfterMs: 30_000,
      clock: { ...systemClock, now: () => clock.now },
    });
    await eventually(() => presence.missing() === undefined);
    clock.now = 100_000;
    expect(presence.gone()).toBeUndefined();
    await lost.stop();
    await eventually(() => {
      clock.now += 1_000;
      return presence.gone() !== undefined;
    });
    expect(presence.gone()).toBe('no answer for 30000 ms from book');
    presence.stop();
  });

  it('says 503 with the name of the lost subgraph, 200 to the probe that excludes it, and stays alive', async () => {
    const router = await startRouterUnderTest({ SUBGRAPH_GONE_AFTER_MS: '1' });
    await eventually(async () => (await router.fetch('/readyz')).status === 200);
    await router.subgraphs.book.stop();
    await eventually(async () => (await router.fetch('/readyz')).status === 503);
    expect((await router.fetch('/readyz')).text).toContain('from book');
    expect((await router.fetch('/readyz?exclude=lost-subgraphs')).status).toBe(200);
    expect((await router.fetch('/readyz?exclude=something&exclude=lost-subgraphs')).status).toBe(200);
    expect((await router.fetch('/healthz')).status).toBe(200);
    await router.stop();
  });

  it('stays when a subgraph goes away for a moment', async () => {
    const router = await startRouterUnderTest();
    const ready = async () => (await router.fetch('/readyz')).status === 200;
    await eventually(ready);
    await router.subgraphs.book.stop();
    expect(await ready()).toBe(true);
    expect((await router.fetch('/healthz')).status).toBe(200);
    await router.stop();
  });
});

describe('stopping', () => {
  it('lets a request under way finish', async () => {
    const router = await startRouterUnderTest();
    let respond: (() => void) | undefined;
    router.subgraphs.book.behave((_, response) => {
      respond = () => response.end('{"data":{"book":{"id":"1"}}}');
      return undefined;
    });
    const answer = router.post({ query: '{ book(id: "1") { id } }' });
    const finish = await eventually(() => respond);
    const stopped = router.stop();
    await setImmediate();
    finish();
    await stopped;
    expect((await answer).body).toEqual({ data: { book: { id: '1' } } });
  });

  it('answers one that takes longer than 2 more seconds as unavailable', async () => {
    const clock = createManualClock();
    const router = await startRouterUnderTest({}, clock);
    router.subgraphs.book.behave(() => undefined);
    const answer = router.post({ query: '{ book(id: "1") { id } }' });
    await eventually(() => router.subgraphs.book.requests.length === 1);
    const stopped = jest.fn();
    const stopping = router.service.stop().finally(stopped);
    clock.advance(1_999);
    await setImmediate();
    expect(stopped).not.toHaveBeenCalled();
    clock.advance(1);
    await stopping;
    expect((await answer).body.errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE' });
    await router.stop();
  });
});
