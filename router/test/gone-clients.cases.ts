import { eventually } from '@rentalbook/test-kit/eventually';
import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { request } from 'node:http';
import type { ServerResponse } from 'node:http';
import { REFUSAL_PAUSE_MS } from '../src/limits/refusal-pace';
import type { FakeSubgraph } from './support/fake-subgraph';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';

describe('a router whose clients do not wait', () => {
  let router: RouterUnderTest;
  let clock: ManualClock;
  /** The answers that the subgraphs hold back. */
  let held: ServerResponse[];
  const book = '{ book(id: "1") { id } }';
  const page = '{ myPage { entries(first: 1) { edges { node { book { title } } } } } }';
  const reserveAndRent =
    'mutation { reserveBook(input: { bookId: "1" }) { refusal { code } } rentBook(input: { bookId: "1" }) { refusal { code } } }';
  beforeAll(async () => {
    clock = createManualClock();
    const settings = { CALLER_CONCURRENCY: '1', QUEUE_TARGET_MS: '500', QUEUE_INTERVAL_MS: '1000' };
    router = await startRouterUnderTest(settings, clock);
  });
  afterAll(async () => {
    const stopped = router.stop();
    // What a failed test left under way ends with its time limit.
    clock.advance(600_000);
    await stopped;
  });
  beforeEach(() => {
    held = [];
    router.log.length = 0;
    for (const subgraph of Object.values(router.subgraphs)) {
      subgraph.requests.length = 0;
      subgraph.behave((_request, response) => void held.push(response));
    }
  });

  const bearer = async (sub: string) => ({ authorization: `Bearer ${await router.token({ sub })}` });
  /** Sends an operation, and returns how to close its connection. */
  async function send(query: string, headers: Record<string, string>): Promise<() => Promise<void>> {
    const sent = request(`${router.url}/graphql`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', ...headers },
    });
    sent.on('error', () => undefined);
    await new Promise<void>((written) => sent.end(JSON.stringify({ query }), written));
    return async () => {
      sent.destroy();
      if (!sent.closed) await new Promise((closed) => sent.once('close', closed));
      // The router has met the end of the connection by the time that it answers on a later one.
      await router.fetch('/healthz');
    };
  }
  const untilAsked = (subgraph: FakeSubgraph, times = 1) => eventually(() => subgraph.requests.length === times);
  const answer = (data: unknown): void => {
    held.shift()?.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
  };
  const alarms = () => router.log.filter(({ level }) => Number(level) > 30);

  it.each([
    ['a query', book],
    ['a mutation', reserveAndRent],
  ])('does not begin %s whose client is gone before its turn', async (_what, query) => {
    const { subgraphs } = router;
    const mallory = await bearer('mallory');
    const first = router.post({ query: book }, mallory);
    await untilAsked(subgraphs.book);
    const before = clock.pending();
    const close = await send(query, mallory);
    await eventually(() => clock.pending() > before);
    await close();
    await eventually(() => router.log.some(({ status }) => status === 499));
    answer({ book: { id: '1' } });
    expect((await first).status).toBe(200);
    expect((await router.post({ query: '{ __typename }' }, mallory)).status).toBe(200);
    expect([subgraphs.book.requests.length, subgraphs.reserve.requests.length]).toEqual([1, 0]);
    expect(alarms()).toEqual([]);
  });

  it('asks for nothing more of a query whose client is gone, and gives the turn to the next', async () => {
    const { subgraphs } = router;
    const mallory = await bearer('mallory');
    const close = await send(page, mallory);
    await untilAsked(subgraphs.mypage);
    await close();
    const next = router.post({ query: '{ __typename }' }, mallory);
    answer({ myPage: { entries: { edges: [{ node: { book: { __typename: 'Book', id: '1' } } }] } } });
    expect((await next).status).toBe(200);
    expect(subgraphs.book.requests).toEqual([]);
    expect(router.log).toEqual([expect.objectContaining({ level: 30, reasons: ['the client is gone'] })]);
  });

  it('carries out a mutation to its end, though its client is gone', async () => {
    const { subgraphs } = router;
    const close = await send(reserveAndRent, await bearer('mallory'));
    await untilAsked(subgraphs.reserve);
    await close();
    answer({ reserveBook: { refusal: null } });
    await untilAsked(subgraphs.rental);
    answer({ rentBook: { refusal: null } });
    expect((await router.post({ query: '{ __typename }' }, await bearer('mallory'))).status).toBe(200);
    expect(alarms()).toEqual([]);
  });

  it('answers 429 to the caller whose line is late, and serves the others', async () => {
    const { subgraphs } = router;
    const [mallory, bob] = [await bearer('mallory'), await bearer('bob')];
    const idle = clock.pending();
    const waiting = [1, 2, 3].map(() => router.post({ query: book }, mallory));
    await untilAsked(subgraphs.book);
    // The call, the operation that waits for it, and the two behind it.
    await eventually(() => clock.pending() >= idle + 3);
    clock.advance(1_500);
    const before = clock.pending();
    const refused = router.post('{ not read', mallory);
    await eventually(() => clock.pending() > before);
    expect((await router.post({ query: '{ __typename }' }, bob)).status).toBe(200);
    clock.advance(REFUSAL_PAUSE_MS);
    const { status, headers, body } = await refused;
    expect([status, headers.get('retry-after'), body.errors?.[0]?.extensions]).toEqual([
      429,
      '1',
      { code: 'OVERLOADED' },
    ]);
    for (let asked = 1; asked <= waiting.length; asked += 1) {
      await untilAsked(subgraphs.book, asked);
      answer({ book: { id: '1' } });
    }
    expect((await Promise.all(waiting)).map(({ body: { errors } }) => errors)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
