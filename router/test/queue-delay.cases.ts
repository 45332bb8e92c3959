import { eventually } from '@rentalbook/test-kit/eventually';
import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { setMaxListeners } from 'node:events';
import { request } from 'node:http';
import type { ServerResponse } from 'node:http';
import { createFairQueue, type FairQueue } from '../src/limits/fair-queue';
import { REFUSAL_PAUSE_MS } from '../src/limits/refusal-pace';
import type { FakeSubgraph } from './support/fake-subgraph';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';
import { paceOfFreeRefusals } from './support/refusal-pace';

const here = new AbortController().signal;
setMaxListeners(0, here);
const settle = () => new Promise(setImmediate);

describe('a queue that sheds by delay', () => {
  let clock: ManualClock;
  let queue: FairQueue;
  /** How to end the turns that have begun, in their order. */
  let turns: (() => void)[];
  const unserved: string[] = [];
  beforeEach(() => {
    clock = createManualClock();
    turns = [];
    unserved.length = 0;
    const limits = { capacity: 4, perCaller: 3, waitingPerCaller: 10, waitingOfLowPriority: 10, waitingAtMost: 40 };
    const delays = { waitMs: 4_000, targetMs: 500, intervalMs: 1_000 };
    queue = createFairQueue({
      ...limits,
      ...delays,
      clock,
      pace: paceOfFreeRefusals(clock),
      priorityOf: () => 'normal',
      onUnserved: (kind) => unserved.push(kind),
    });
  });

  const arrive = async (caller: string, times = 1, gone = here): Promise<void> => {
    for (let time = 0; time < times; time += 1)
      queue.enter(caller, gone).then(
        (leave) => turns.push(leave),
        () => undefined,
      );
    await settle();
  };
  const endTurns = async (count: number): Promise<void> => {
    for (const leave of turns.splice(0, count)) leave();
    await settle();
  };
  const isShed = (caller: string): boolean => queue.refusal(caller) !== undefined;

  it('refuses what a caller sends once the line was late for an interval, and says when to try again', async () => {
    await arrive('mallory', 8);
    clock.advance(1_499);
    expect(isShed('mallory')).toBe(false);
    clock.advance(1);
    expect(queue.refusal('mallory')).toMatchObject({
      message: 'You have too many requests under way; try again in 1 second.',
      extensions: { code: 'OVERLOADED', http: { status: 429 } },
    });
  });

  it('refuses no other caller: neither one without a line, nor one whose late line is short', async () => {
    await arrive('mallory', 8);
    await arrive('bob');
    await arrive('carol', 2);
    clock.advance(1_500);
    expect(queue.waiting()).toBe(7);
    expect(['mallory', 'bob', 'carol', 'dave'].filter(isShed)).toEqual(['mallory']);
    expect(queue.oldestWaitMs()).toBe(1_500);
  });

  it('refuses all whose lines are late and about as long', async () => {
    await arrive('mallory', 9);
    await arrive('oscar', 4);
    await arrive('bob', 2);
    clock.advance(1_500);
    expect(['mallory', 'oscar', 'bob'].filter(isShed)).toEqual(['mallory', 'oscar']);
  });

  it('takes a burst as it comes, and the next one as well', async () => {
    for (let burst = 0; burst < 3; burst += 1) {
      await arrive('mallory', 12 - turns.length);
      while (queue.waiting() > 0) {
        clock.advance(550);
        await endTurns(3);
        expect(isShed('mallory')).toBe(false);
      }
    }
    expect(unserved).toEqual([]);
  });

  it('begins the interval anew with each turn that begins in time', async () => {
    await arrive('mallory', 3 + 9);
    for (const [passed, arriving] of [
      [400, 0],
      [400, 6],
      [400, 0],
      [50, 0],
    ] as const) {
      clock.advance(passed);
      await endTurns(3);
      await arrive('mallory', arriving);
    }
    clock.advance(350);
    // The oldest has waited for 800 ms; of those before it one waited for 1,200, and the last for 450.
    expect([queue.oldestWaitMs(), isShed('mallory')]).toEqual([800, false]);
    clock.advance(699);
    expect(isShed('mallory')).toBe(false);
    clock.advance(1);
    expect(isShed('mallory')).toBe(true);
  });

  it('goes on refusing while turns begin late, however often they begin, and serves again once they begin in time', async () => {
    await arrive('mallory', 3 + 9);
    let refused = 0;
    for (let round = 0; round < 20; round += 1) {
      clock.advance(200);
      await endTurns(1);
      if (isShed('mallory')) refused += 1;
      else await arrive('mallory');
    }
    expect(refused).toBeGreaterThan(0);
    expect(unserved).toEqual([]);
    expect(queue.oldestWaitMs()).toBeLessThan(2_000);
    while (queue.waiting() > 0) await endTurns(1);
    await arrive('mallory', 2);
    expect(isShed('mallory')).toBe(false);
  });

  it('forgets a request whose client is gone, and has its place for another', async () => {
    const client = new AbortController();
    await arrive('mallory', 3 + 9);
    await arrive('mallory', 1, client.signal);
    client.abort();
    await arrive('mallory');
    expect([queue.waiting(), unserved]).toEqual([10, ['abandoned']]);
    for (let left = 13; left > 0; left -= 1) await endTurns(1);
    expect([queue.waiting(), turns.length, clock.pending()]).toEqual([0, 0, 0]);
  });

  it('gives a request no turn whose client is gone before', async () => {
    const client = new AbortController();
    client.abort();
    await arrive('bob', 1, client.signal);
    expect([turns.length, unserved]).toEqual([0, ['abandoned']]);
  });
});

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
