import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { watchSubgraphArrivals } from '../src/resilience/subgraph-arrivals';
import { startFakeSubgraph, type FakeSubgraph } from './support/fake-subgraph';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';

const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  const giveUpAt = performance.now() + 5_000;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error('waited in vain');
    await delay(10);
  }
};

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
      const { headers } = await preflight(origin, 'content-type');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it('are told the answer of a request that was refused, too', async () => {
    const { status, headers } = await router.post('{', { origin: 'http://localhost:3000' });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([400, 'http://localhost:3000']);
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
    const arrivals = watchSubgraphArrivals(both(), logger);
    expect(arrivals.missing()).toBe('waiting for book, rental');
    await until(() => arrivals.missing() === 'waiting for rental');
    rental.ready = true;
    await until(() => arrivals.missing() === undefined);
    arrivals.stop();
  });

  it('does not wait for ever, and says so', async () => {
    const lines: string[] = [];
    const arrivals = watchSubgraphArrivals(both(), pino({}, { write: (line: string) => lines.push(line) }), 100);
    await until(() => arrivals.missing() === undefined);
    expect(lines.join()).toContain('"missing":["rental"]');
  });

  it('stays when a subgraph goes away later', async () => {
    const router = await startRouterUnderTest();
    const ready = async () => (await router.fetch('/readyz')).status === 200;
    await until(ready);
    await router.subgraphs.book.stop();
    expect(await ready()).toBe(true);
    expect((await router.fetch('/healthz')).status).toBe(200);
    await router.stop();
  });
});

describe('stopping', () => {
  it('lets a request under way finish', async () => {
    const router = await startRouterUnderTest();
    let asked = false;
    router.subgraphs.book.behave((_, response) => {
      asked = true;
      setTimeout(() => response.end('{"data":{"book":{"id":"1"}}}'), 200);
      return undefined;
    });
    const answer = router.post({ query: '{ book(id: "1") { id } }' });
    await until(() => asked);
    await router.stop();
    expect((await answer).body).toEqual({ data: { book: { id: '1' } } });
  });

  it('answers one that takes too long as unavailable, and is over in less than 3 seconds', async () => {
    const router = await startRouterUnderTest();
    let asked = false;
    router.subgraphs.book.behave(() => {
      asked = true;
      return undefined;
    });
    const answer = router.post({ query: '{ book(id: "1") { id } }' });
    await until(() => asked);
    const startedAt = performance.now();
    await router.service.stop();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect((await answer).body.errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE' });
    await router.stop();
  });
});
