import { eventually } from '@rentalbook/test-kit/eventually';
import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { parse, type OperationDefinitionNode } from 'graphql';
import { setMaxListeners } from 'node:events';
import { pointsOf } from '../src/limits/caller-budget';
import { createFairQueue, type FairQueue } from '../src/limits/fair-queue';
import { REFUSAL_PAUSE_MS } from '../src/limits/refusal-pace';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';
import { paceOfFreeRefusals } from './support/refusal-pace';

describe('the queue of the router', () => {
  let clock: ManualClock;
  let queue: FairQueue;
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const refused: string[] = [];
  const admitted: string[] = [];
  beforeEach(() => {
    clock = createManualClock();
    refused.length = 0;
    admitted.length = 0;
    const limits = { capacity: 4, perCaller: 3, waitingPerCaller: 10, waitingOfLowPriority: 10, waitingAtMost: 15 };
    const delays = { waitMs: 1_000, targetMs: 500, intervalMs: 500 };
    queue = createFairQueue({
      ...limits,
      ...delays,
      clock,
      pace: paceOfFreeRefusals(clock),
      priorityOf: () => 'normal',
      onUnserved: (kind) => refused.push(kind),
    });
  });

  const arrive = (caller: string, times: number): Promise<(() => void) | string>[] =>
    Array.from({ length: times }, async () => {
      try {
        const leave = await queue.enter(caller, signal);
        admitted.push(caller);
        return leave;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    });
  const settle = () => new Promise(setImmediate);

  it('admits another caller at once while one has all turns of its own and a line behind them', async () => {
    void arrive('mallory', 10);
    void arrive('bob', 1);
    await settle();
    expect(admitted).toEqual(['mallory', 'mallory', 'mallory', 'bob']);
  });

  it('gives the next turn to the caller who has the fewest, not to the longest line', async () => {
    const [first] = arrive('mallory', 12);
    void arrive('bob', 1);
    void arrive('carol', 1);
    await settle();
    ((await first) as () => void)();
    await settle();
    expect(admitted).toEqual(['mallory', 'mallory', 'mallory', 'bob', 'carol']);
  });

  it('refuses the caller whose queue is full, and no other caller', async () => {
    const last = arrive('mallory', 14).at(-1);
    void arrive('bob', 1);
    await settle();
    expect([refused, admitted]).toEqual([['queue_full'], ['mallory', 'mallory', 'mallory', 'bob']]);
    clock.advance(REFUSAL_PAUSE_MS - 1);
    expect(await Promise.race([last, settle().then(() => 'not answered')])).toBe('not answered');
    clock.advance(1);
    expect(await last).toBe('You have too many requests under way; try again in 1 second.');
  });

  it('refuses what waited too long, and keeps nothing of it', async () => {
    const waiting = arrive('mallory', 5);
    await settle();
    clock.advance(1_000);
    expect(refused).toEqual(['queue_time', 'queue_time']);
    clock.advance(REFUSAL_PAUSE_MS);
    expect(await Promise.race([Promise.all(waiting), settle().then(() => 'not all')])).toBe('not all');
    clock.advance(REFUSAL_PAUSE_MS);
    for (const turn of await Promise.all(waiting)) if (typeof turn === 'function') turn();
    void arrive('mallory', 3);
    await settle();
    expect(admitted).toHaveLength(6);
    expect(clock.pending()).toBe(0);
  });

  it('ends a turn once, however often it is ended', async () => {
    const [first] = arrive('mallory', 6);
    const leave = (await first) as () => void;
    leave();
    leave();
    await settle();
    expect(admitted).toHaveLength(4);
  });
});

describe('what an operation costs', () => {
  const cost = (text: string, variables = {}): number => {
    const document = parse(text);
    return pointsOf(document.definitions[0] as OperationDefinitionNode, document, variables);
  };
  it.each([
    ['{ book(id: "1") { id } }', 1],
    ['{ books(first: 20) { edges { cursor } } }', 2],
    ['{ books(first: 100) { edges { cursor } } }', 6],
    ['{ books(first: 40) { edges { node { reservations(first: 50) { edges { cursor } } } } } }', 103],
    ['mutation { a: reserveBook { refusal { code } } b: rentBook { refusal { code } } }', 21],
  ])('%s: %p points', (text, points) => {
    expect(cost(text)).toBe(points);
  });
});

describe('a router with a budget for each caller', () => {
  let router: RouterUnderTest;
  let clock: ManualClock;
  /** Callbacks that wait while nothing is asked. */
  let idle: number;
  const query = '{ books(first: 100) { edges { cursor } } }';
  beforeEach(async () => {
    clock = createManualClock();
    router = await startRouterUnderTest({ MEMBER_BUDGET: '23', ADDRESS_BUDGET: '10', TRUST_PROXY: '1' }, clock);
    await planOf(router);
    idle = clock.pending();
  });
  afterEach(() => router.stop());

  /** The first to send an operation pays for its plan. */
  async function planOf(one: RouterUnderTest): Promise<void> {
    one.subgraphs.book.behave(() => ({ data: { books: { edges: [] } } }));
    const headers = { authorization: `Bearer ${await one.token({ sub: 'the first' })}` };
    expect((await one.post({ query }, headers)).status).toBe(200);
  }
  const statusOf = async (headers: Record<string, string>) => (await router.post({ query }, headers)).status;
  const bearer = async (sub: string) => ({ authorization: `Bearer ${await router.token({ sub })}` });

  it('answers 429, OVERLOADED and when to try again to the member who spent theirs, and to no other caller', async () => {
    const [mallory, bob] = [await bearer('mallory'), await bearer('bob')];
    for (let times = 0; times < 3; times += 1) expect(await statusOf(mallory)).toBe(200);
    const { status, headers, body } = await router.post({ query }, mallory);
    expect({ status, codes: body.errors?.map(({ extensions }) => extensions) }).toEqual({
      status: 429,
      codes: [{ code: 'OVERLOADED' }],
    });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(body.errors?.[0]?.message).toMatch(/^You ask for more than your share; try again in \d+ seconds?\.$/);
    expect([await statusOf(bob), await statusOf({})]).toEqual([200, 200]);
  });

  it('counts anonymous callers by the address that its proxy names, of IPv6 by the /64', async () => {
    const from = (address: string) => statusOf({ 'x-forwarded-for': `203.0.113.9, ${address}` });
    expect(await from('2001:db8::1')).toBe(200);
    expect(await from('2001:db8::2')).toBe(429);
    expect(await from('2001:db8:0:1::1')).toBe(200);
    expect(await from('192.0.2.7')).toBe(200);
  });

  it('does not believe a proxy that is not configured as trusted', async () => {
    const other = await startRouterUnderTest({ ADDRESS_BUDGET: '10' });
    await planOf(other);
    const from = async (address: string) => (await other.post({ query }, { 'x-forwarded-for': address })).status;
    expect([await from('192.0.2.1'), await from('192.0.2.2')]).toEqual([200, 429]);
    await other.stop();
  });

  it('takes as much for a document that it refuses, whose parsing and validation cost as much', async () => {
    const mallory = await bearer('mallory');
    const codeOf = async (text: string) => (await router.post({ query: text }, mallory)).body.errors?.[0]?.extensions;
    expect(await codeOf('{ books {')).toEqual({ code: 'GRAPHQL_PARSE_FAILED' });
    expect(await codeOf('{ password }')).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(await statusOf(await bearer('bob'))).toBe(200);
    const refused = router.post({ query }, mallory);
    await eventually(() => clock.pending() > idle);
    clock.advance(REFUSAL_PAUSE_MS);
    expect((await refused).status).toBe(429);
  });

  it('refuses a caller whose budget is spent before reading the request, and after a pause', async () => {
    const mallory = await bearer('mallory');
    for (let times = 0; times < 4; times += 1) await router.post({ query }, mallory);
    const answered = jest.fn();
    const refused = router.post('{ no JSON', mallory).finally(answered);
    await eventually(() => clock.pending() > idle);
    expect(await statusOf(await bearer('bob'))).toBe(200);
    expect(answered).not.toHaveBeenCalled();
    clock.advance(REFUSAL_PAUSE_MS);
    expect((await refused).body.errors?.[0]?.extensions).toEqual({ code: 'OVERLOADED' });
  });

  it('takes more of the budget for an operation that has to be planned first, once', async () => {
    const mallory = await bearer('mallory');
    const other = (name: string) => router.post({ query: `query ${name} ${query}` }, mallory);
    expect((await other('One')).status).toBe(200);
    expect((await other('Two')).body.errors?.[0]?.extensions).toEqual({ code: 'OVERLOADED' });
    const bob = await bearer('bob');
    for (let times = 0; times < 3; times += 1) expect((await router.post({ query }, bob)).status).toBe(200);
  });
});
