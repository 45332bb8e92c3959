import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { eventually } from '@rentalbook/test-kit/eventually';
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import pino from 'pino';
import { createSubgraphClient, type SubgraphCall, type SubgraphClient } from '../src/resilience/subgraph-client';
import { SubgraphUnavailable } from '../src/resilience/subgraph-faults';
import { startFakeSubgraph, type Behaviour, type FakeSubgraph } from './support/fake-subgraph';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';

const TIMEOUT_MS = 150;
const OPEN_FOR_MS = 1_000;
const TRIAL_PATIENCE_MS = 250;

const hang: Behaviour = () => undefined;
const wellFormed: Behaviour = () => ({ data: { book: { id: '1' } } });
const drip: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 10);
  response.on('close', () => {
    clearInterval(timer);
  });
  return undefined;
};
const dropConnection: Behaviour = (_, response) => {
  response.destroy();
  return undefined;
};
const answering =
  (status: number, body: string): Behaviour =>
  (_, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    return undefined;
  };
const endless: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('"' + 'x'.repeat(10_000_001) + '"');
  return undefined;
};

/** Never answered: the time limit ends the call. */
const silences: [string, Behaviour][] = [
  ['hangs', hang],
  ['drips', drip],
];
/** Answered, or broken off, at once: no time has to pass. */
const faults: [string, Behaviour][] = [
  ['drops the connection', dropConnection],
  ['answers 500', answering(500, '{"errors":[{"message":"at /srv/x.js:1:1"}]}')],
  ['answers 503', answering(503, 'Service Unavailable')],
  ['refuses the identity', answering(401, '{"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}]}')],
  ['answers 404', answering(404, '{"error":"Not Found"}')],
  ['answers 302', answering(302, '')],
  ['answers HTML', answering(200, '<html><body>nginx</body></html>')],
  ['answers nothing', answering(200, '')],
  ['answers null', answering(200, 'null')],
  ['answers a list', answering(200, '[]')],
  ['answers a text for data', answering(200, '{"data":"yes"}')],
  ['answers without data or errors', answering(200, '{}')],
  ['answers errors that are none', answering(200, '{"data":null,"errors":["x"]}')],
  ['answers more than 10 MB', endless],
];

const outcomeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (reason: unknown) => reason,
  );

describe('a client of a subgraph', () => {
  let clock: ManualClock;
  let subgraph: FakeSubgraph;
  let client: SubgraphClient;
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });

  beforeEach(async () => {
    lines.length = 0;
    clock = createManualClock();
    subgraph = await startFakeSubgraph(wellFormed);
    client = createSubgraphClient({
      ...{ name: 'book', url: subgraph.url, logger, clock },
      ...{ timeoutMs: TIMEOUT_MS, faultsToOpen: 5 },
    });
  });
  afterEach(async () => {
    await client.abort();
    await subgraph.stop();
  });

  const call = (more: Partial<SubgraphCall> = {}) =>
    client.call({
      callers: ['member:alice'],
      body: '{"query":"{ a }"}',
      headers: () => ({ 'content-type': 'application/json' }),
      deadline: Infinity,
      repeatable: false,
      ...more,
    });
  const failure = (more: Partial<SubgraphCall> = {}) => outcomeOf(call(more));
  const requestsArrived = (count: number) => eventually(() => subgraph.requests.length === count);
  const openBreaker = async () => {
    subgraph.behave(answering(500, ''));
    for (let times = 0; times < 5; times += 1) await failure();
    expect(lines.join()).toContain('a subgraph fails');
  };

  it.each(silences)('reports a subgraph that %s as unavailable once the time limit is over', async (_, behaviour) => {
    subgraph.behave(behaviour);
    const ended = jest.fn();
    const outcome = failure().finally(ended);
    await requestsArrived(1);
    clock.advance(TIMEOUT_MS - 1);
    await setImmediate();
    expect(ended).not.toHaveBeenCalled();
    clock.advance(1);
    expect(await outcome).toBeInstanceOf(SubgraphUnavailable);
  });

  it.each(faults)('reports a subgraph that %s as unavailable at once', async (_, behaviour) => {
    subgraph.behave(behaviour);
    expect(await failure()).toBeInstanceOf(SubgraphUnavailable);
    expect(clock.pending()).toBe(0);
  });

  it('waits no longer than the operation has left', async () => {
    subgraph.behave(hang);
    const outcome = failure({ deadline: clock.now() + 40 });
    await requestsArrived(1);
    clock.advance(40);
    expect(await outcome).toBeInstanceOf(SubgraphUnavailable);
    expect(await failure({ deadline: clock.now() })).toBeInstanceOf(SubgraphUnavailable);
    expect(subgraph.requests).toHaveLength(1);
  });

  it('does not blame the subgraph for time that was lost elsewhere', async () => {
    subgraph.behave(hang);
    for (let times = 1; times <= 6; times += 1) {
      const outcome = failure({ deadline: clock.now() + 10 });
      await requestsArrived(times);
      clock.advance(10);
      expect(await outcome).toBeInstanceOf(SubgraphUnavailable);
    }
    subgraph.behave(wellFormed);
    await expect(call()).resolves.toMatchObject({ data: { book: { id: '1' } } });
  });

  it('answers at once and leaves the subgraph alone after five faults in a row', async () => {
    await openBreaker();
    subgraph.behave(wellFormed);
    clock.advance(OPEN_FOR_MS - 1);
    expect(await failure()).toBeInstanceOf(SubgraphUnavailable);
    expect(subgraph.requests).toHaveLength(5);
  });

  it('finds out by itself that the subgraph is back', async () => {
    await openBreaker();
    subgraph.behave(wellFormed);
    clock.advance(OPEN_FOR_MS);
    await expect(Promise.all([call(), call(), call()])).resolves.toHaveLength(3);
    expect(lines.join()).toContain('a subgraph is back');
  });

  it('does not let others wait for the one call that tries a subgraph which hangs', async () => {
    await openBreaker();
    subgraph.behave(hang);
    clock.advance(OPEN_FOR_MS);
    const trial = failure({ deadline: Infinity });
    await requestsArrived(6);
    const other = failure();
    expect(client.isOpen()).toBe(true);
    expect(clock.pending()).toBe(2);
    clock.advance(TRIAL_PATIENCE_MS);
    expect(await other).toBeInstanceOf(SubgraphUnavailable);
    await trial;
  });

  const timesOut = async (...callers: string[]): Promise<void> => {
    subgraph.behave(hang);
    const seen = subgraph.requests.length;
    const outcome = failure({ callers });
    await requestsArrived(seen + 1);
    clock.advance(TIMEOUT_MS);
    expect(await outcome).toBeInstanceOf(SubgraphUnavailable);
  };

  it('goes on answering other callers while the calls of one caller time out, and pauses that caller', async () => {
    for (let times = 0; times < 5; times += 1) await timesOut('member:mallory');
    const seen = subgraph.requests.length;
    subgraph.behave(wellFormed);
    expect(await failure({ callers: ['member:mallory'] })).toBeInstanceOf(SubgraphUnavailable);
    expect(subgraph.requests).toHaveLength(seen);
    await expect(call({ callers: ['member:bob'] })).resolves.toMatchObject({ data: {} });
    expect(client.isOpen()).toBe(false);
  });

  it('asks again for the paused caller after a second', async () => {
    for (let times = 0; times < 5; times += 1) await timesOut('member:mallory');
    subgraph.behave(wellFormed);
    clock.advance(1_000);
    await expect(call({ callers: ['member:mallory'] })).resolves.toMatchObject({ data: {} });
  });

  it('opens for all once the calls of several callers time out', async () => {
    for (let caller = 0; caller < 5; caller += 1) await timesOut(`member:${String(caller)}`);
    expect(client.isOpen()).toBe(true);
    const seen = subgraph.requests.length;
    expect(await failure({ callers: ['member:bob'] })).toBeInstanceOf(SubgraphUnavailable);
    expect(subgraph.requests).toHaveLength(seen);
  });

  it('counts the time-outs of shared calls for each of their callers, and each call once', async () => {
    for (let times = 0; times < 5; times += 1) await timesOut('member:mallory', 'member:bob');
    expect(client.isOpen()).toBe(false);
    const seen = subgraph.requests.length;
    subgraph.behave(wellFormed);
    for (const caller of ['member:mallory', 'member:bob'])
      expect(await failure({ callers: [caller] })).toBeInstanceOf(SubgraphUnavailable);
    expect(subgraph.requests).toHaveLength(seen);
    await expect(call({ callers: ['member:mallory', 'member:carol'] })).resolves.toMatchObject({ data: {} });
  });

  it('stays closed while no more than half of the calls within five seconds are faults', async () => {
    for (let round = 0; round < 10; round += 1) {
      subgraph.behave(wellFormed);
      await call();
      subgraph.behave(answering(500, ''));
      await failure();
    }
    expect(client.isOpen()).toBe(false);
    clock.advance(5_000);
    for (let times = 0; times < 4; times += 1) await failure();
    expect(client.isOpen()).toBe(false);
    await failure();
    expect(client.isOpen()).toBe(true);
  });

  it('says in a header how many milliseconds it still waits, at every attempt', async () => {
    await call();
    await call({ deadline: clock.now() + 40, headers: () => ({ 'x-rentalbook-deadline-ms': '999999' }) });
    expect(subgraph.requests.map(({ headers }) => headers['x-rentalbook-deadline-ms'])).toEqual([
      String(TIMEOUT_MS),
      '40',
    ]);
  });

  it('does not count what a client did wrong as a fault', async () => {
    subgraph.behave(() => ({ data: null, errors: [{ message: 'no', extensions: { code: 'FORBIDDEN' } }] }));
    for (let times = 0; times < 8; times += 1) await call();
    expect(subgraph.requests).toHaveLength(8);
  });

  it('asks once more, with headers of its own, when the connection breaks under a query', async () => {
    let times = 0;
    subgraph.behave((request, response) => ((times += 1) === 1 ? dropConnection(request, response) : { data: {} }));
    let signed = 0;
    const headers = () => ({ 'x-signature': String((signed += 1)) });
    await expect(call({ repeatable: true, headers })).resolves.toMatchObject({ data: {} });
    expect(subgraph.requests.map((request) => request.headers['x-signature'])).toEqual(['1', '2']);
  });

  it('never asks twice for a mutation', async () => {
    subgraph.behave(dropConnection);
    await failure({ repeatable: false });
    expect(subgraph.requests).toHaveLength(1);
  });

  it('asks once more, also for a mutation, when there was no connection to send it by', async () => {
    const { port } = new URL(subgraph.url);
    await subgraph.stop();
    let signed = 0;
    let back: Promise<void> | undefined;
    const comeBack = async (): Promise<void> => {
      await setImmediate();
      subgraph = await startFakeSubgraph(wellFormed, Number(port));
    };
    const headers = (): Record<string, string> => {
      signed += 1;
      back ??= comeBack();
      return {};
    };
    await expect(call({ repeatable: false, headers })).resolves.toMatchObject({ data: {} });
    await back;
    expect(signed).toBe(2);
    expect(subgraph.requests).toHaveLength(1);
  });

  describe('that has no room for more', () => {
    const isOverloaded = (error: unknown): boolean => error instanceof SubgraphUnavailable && error.overloaded;
    const failures = async (count: number) => {
      const errors: unknown[] = [];
      const all = Promise.all(Array.from({ length: count }, async () => errors.push(await failure())));
      await requestsArrived(100);
      return { errors, all };
    };
    beforeEach(() => {
      subgraph.behave(hang);
    });

    it('turns callers away at once when 200 wait already, and ends all others when their time is over', async () => {
      const { errors, all } = await failures(310);
      expect(errors.map(isOverloaded)).toEqual(Array.from({ length: 10 }, () => true));
      clock.advance(TIMEOUT_MS);
      await all;
      expect(errors.filter((error) => error instanceof SubgraphUnavailable && !error.overloaded)).toHaveLength(300);
    });

    it('lets a caller wait for room no longer than its operation has left', async () => {
      const { errors, all } = await failures(100);
      const waiting = failure({ deadline: clock.now() + 10 });
      clock.advance(10);
      expect(await waiting).toBeInstanceOf(SubgraphUnavailable);
      expect(errors).toEqual([]);
      clock.advance(TIMEOUT_MS);
      await all;
      expect(subgraph.requests).toHaveLength(100);
    });
  });
});

describe('a router whose subgraphs fail', () => {
  let clock: ManualClock;
  let router: RouterUnderTest;
  const start = async (settings: Record<string, string> = {}): Promise<void> => {
    clock = createManualClock();
    const limits = { SUBGRAPH_TIMEOUT_MS: String(TIMEOUT_MS), OPERATION_TIMEOUT_MS: '400' };
    router = await startRouterUnderTest({ ...limits, ...settings }, clock);
  };

  const both = '{ book(id: "1") { id title queueLength } reservation(id: "2") { id status } }';
  const reserveAnswers: Behaviour = ({ query }) =>
    query.includes('_entities')
      ? { data: { _entities: [{ queueLength: 3 }] } }
      : { data: { reservation: { id: '2', status: 'READY' } } };

  const bookUnavailable = {
    status: 200,
    body: {
      data: { book: null, reservation: { id: '2', status: 'READY' } },
      errors: [
        { message: '"book" cannot answer right now; try again.', path: ['book'], extensions: { code: 'UNAVAILABLE' } },
      ],
    },
  };
  const internals = /127\.0\.0\.1|localhost|http:|:\d{4,5}|ECONN|UND_ERR|at \/|nginx|timeout/i;

  describe('in one of the ways to fail', () => {
    // The cases share a router, so their faults, one a case, must not open a circuit together.
    beforeAll(() => start({ SUBGRAPH_FAULTS_TO_OPEN: '1000', METRICS_PORT: '0' }));
    beforeEach(() => {
      for (const { requests } of Object.values(router.subgraphs)) requests.length = 0;
    });
    afterAll(() => router.stop());

    it.each(silences)('answers the rest when one %s, and names which one', async (_, behaviour) => {
      router.subgraphs.book.behave(behaviour);
      router.subgraphs.reserve.behave(reserveAnswers);
      const answer = router.post({ query: both });
      // Both were called, and one has answered: its time limit is cleared.
      await eventually(() => router.subgraphs.book.requests.length + router.subgraphs.reserve.requests.length === 2);
      await eventually(() => clock.pending() === 1);
      clock.advance(TIMEOUT_MS);
      const { status, body, text } = await answer;
      expect({ status, body }).toEqual(bookUnavailable);
      expect(text).not.toMatch(internals);
      expect(router.alarms()).toEqual([]);
    });

    it.each(faults)('answers the rest when one %s, and names which one', async (_, behaviour) => {
      router.subgraphs.book.behave(behaviour);
      router.subgraphs.reserve.behave(reserveAnswers);
      const { status, body, text } = await router.post({ query: both });
      expect({ status, body }).toEqual(bookUnavailable);
      expect(text).not.toMatch(internals);
      expect(router.alarms()).toEqual([]);
    });

    it('counts none of them as a defect', async () => {
      expect(await router.outcomes()).toEqual(['UNAVAILABLE']);
    });
  });

  describe('in the course of an operation', () => {
    beforeEach(() => start());
    afterEach(() => router.stop());

    it('answers the rest when one is not there at all', async () => {
      await router.subgraphs.book.stop();
      router.subgraphs.reserve.behave(reserveAnswers);
      const { body, text } = await router.post({ query: both });
      expect(body.data).toEqual({ book: null, reservation: { id: '2', status: 'READY' } });
      expect(text).not.toMatch(/127\.0\.0\.1|ECONN/);
    });

    it('ends an operation when its time is over, however many subgraphs it takes one after the other', async () => {
      // Less than one subgraph may take, so that what runs out is the operation's own time.
      const taking =
        (ms: number, data: object): Behaviour =>
        () => {
          clock.advance(ms);
          return { data };
        };
      const { mypage, rental, reserve, book } = router.subgraphs;
      mypage.behave(
        taking(120, { myPage: { entries: { edges: [{ node: { rental: { __typename: 'Rental', id: '1' } } }] } } }),
      );
      rental.behave(taking(120, { _entities: [{ reservation: { __typename: 'Reservation', id: '1' } }] }));
      reserve.behave(taking(120, { _entities: [{ book: { __typename: 'Book', id: '1' } }] }));
      book.behave(taking(40, { _entities: [{ isbn: '1' }] }));
      const { body } = await router.post({
        query: '{ myPage { entries { edges { node { rental { reservation { book { isbn } } } } } } } }',
      });
      expect(book.requests).toHaveLength(1);
      expect(body.errors).toEqual([expect.objectContaining({ extensions: { code: 'UNAVAILABLE' } })]);
    });

    it('names the fields of an answer that a subgraph gave up in time', async () => {
      router.subgraphs.book.behave(() => ({ errors: [{ message: 'too late', extensions: { code: 'UNAVAILABLE' } }] }));
      const { body } = await router.post({ query: '{ a: book(id: "1") { id } b: book(id: "2") { id } }' });
      expect(body.errors?.map(({ path }) => path)).toEqual([['a'], ['b']]);
    });

    it('does not hand on the deadline that a client sends', async () => {
      router.subgraphs.book.behave(wellFormed);
      await router.post({ query: '{ book(id: "1") { id } }' }, { 'x-rentalbook-deadline-ms': '1' });
      expect(router.subgraphs.book.requests[0]?.headers['x-rentalbook-deadline-ms']).toBe(String(TIMEOUT_MS));
    });

    it('reports the mutation that may or may not have happened as unavailable, and does not repeat it', async () => {
      router.subgraphs.reserve.behave(dropConnection);
      const { body } = await router.post({
        query: 'mutation { reserveBook(input: {bookId: "1"}) { consistencyToken } }',
      });
      expect(body).toEqual({
        data: { reserveBook: null },
        errors: [expect.objectContaining({ path: ['reserveBook'], extensions: { code: 'UNAVAILABLE' } })],
      });
      expect(router.subgraphs.reserve.requests).toHaveLength(1);
    });

    it('says in its log, but nowhere else, what is wrong', async () => {
      router.subgraphs.book.behave(answering(401, '{}'));
      await router.post({ query: '{ book(id: "1") { id } }' });
      expect(router.log).toContainEqual(
        expect.objectContaining({
          codes: ['UNAVAILABLE'],
          subgraphs: ['book'],
          reasons: [expect.stringContaining('SERVICE_KEYS_DIR')],
        }),
      );
    });
  });
});
