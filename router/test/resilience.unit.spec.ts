import type { ServerResponse } from 'node:http';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { createSubgraphClient, type SubgraphCall, type SubgraphClient } from '../src/resilience/subgraph-client';
import { SubgraphUnavailable } from '../src/resilience/subgraph-faults';
import { startFakeSubgraph, type Behaviour, type FakeSubgraph } from './support/fake-subgraph';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';

jest.setTimeout(30_000);

const TIMEOUT_MS = 150;
const OPEN_FOR_MS = 100;

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

const faults: [string, Behaviour][] = [
  ['hangs', hang],
  ['drips', drip],
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

describe('a client of a subgraph', () => {
  let subgraph: FakeSubgraph;
  let client: SubgraphClient;
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });

  const clientWith = (times: { readonly timeoutMs?: number; readonly openForMs?: number }): SubgraphClient =>
    createSubgraphClient({
      ...{ name: 'book', url: subgraph.url, logger, faultsToOpen: 5 },
      ...{ timeoutMs: TIMEOUT_MS, openForMs: OPEN_FOR_MS, ...times },
    });
  beforeEach(async () => {
    lines.length = 0;
    subgraph = await startFakeSubgraph(wellFormed);
    client = clientWith({});
  });
  afterEach(async () => {
    await client.abort();
    await subgraph.stop();
  });

  const call = (more: Partial<SubgraphCall> = {}, by = client) =>
    by.call({
      body: '{"query":"{ a }"}',
      headers: () => ({ 'content-type': 'application/json' }),
      deadline: performance.now() + 5_000,
      repeatable: false,
      ...more,
    });
  const failure = async (more: Partial<SubgraphCall> = {}, by = client) => {
    const startedAt = performance.now();
    const error: unknown = await call(more, by).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return { error, ms: performance.now() - startedAt };
  };
  /** The least of three times, as a machine that does other things may take a while over each of them. */
  const quickestFailure = async (more: Partial<SubgraphCall> = {}, by = client) => {
    const failures = [await failure(more, by), await failure(more, by), await failure(more, by)];
    for (const { error } of failures) expect(error).toBeInstanceOf(SubgraphUnavailable);
    return Math.min(...failures.map(({ ms }) => ms));
  };
  const openBreaker = async () => {
    subgraph.behave(answering(500, ''));
    for (let times = 0; times < 5; times += 1) await failure();
    expect(lines.join()).toContain('a subgraph fails');
  };

  it.each(faults)('reports a subgraph that %s as unavailable, in time', async (_, behaviour) => {
    subgraph.behave(behaviour);
    const { error, ms } = await failure();
    expect(error).toBeInstanceOf(SubgraphUnavailable);
    expect(ms).toBeLessThan(TIMEOUT_MS + 200);
  });

  it('waits no longer than the operation has left', async () => {
    const patient = clientWith({ timeoutMs: 10_000 });
    subgraph.behave(hang);
    const { error, ms } = await failure({ deadline: performance.now() + 40 }, patient);
    expect(error).toBeInstanceOf(SubgraphUnavailable);
    expect(ms).toBeLessThan(TIMEOUT_MS);
    expect(await quickestFailure({ deadline: performance.now() - 1 }, patient)).toBeLessThan(20);
    expect(subgraph.requests).toHaveLength(1);
    await patient.abort();
  });

  it('does not blame the subgraph for time that was lost elsewhere', async () => {
    subgraph.behave(hang);
    for (let times = 0; times < 6; times += 1) await failure({ deadline: performance.now() + 10 });
    subgraph.behave(wellFormed);
    await expect(call()).resolves.toMatchObject({ data: { book: { id: '1' } } });
  });

  it('answers at once and leaves the subgraph alone after five faults in a row', async () => {
    await openBreaker();
    const seen = subgraph.requests.length;
    expect(await quickestFailure()).toBeLessThan(20);
    expect(subgraph.requests).toHaveLength(seen);
  });

  it('finds out by itself that the subgraph is back', async () => {
    await openBreaker();
    subgraph.behave(wellFormed);
    await delay(OPEN_FOR_MS + 10);
    await expect(Promise.all([call(), call(), call()])).resolves.toHaveLength(3);
    expect(lines.join()).toContain('a subgraph is back');
  });

  it('does not let others wait for the one call that tries a subgraph which hangs', async () => {
    const slow = clientWith({ timeoutMs: 900, openForMs: 1 });
    const ask = () => slow.call({ body: '{}', headers: () => ({}), deadline: Infinity, repeatable: false });
    subgraph.behave(answering(500, ''));
    for (let times = 0; times < 5; times += 1) await expect(ask()).rejects.toThrow(SubgraphUnavailable);
    subgraph.behave(hang);
    await delay(5);
    const trial = expect(ask()).rejects.toThrow(SubgraphUnavailable);
    const startedAt = performance.now();
    await expect(ask()).rejects.toThrow(SubgraphUnavailable);
    expect(performance.now() - startedAt).toBeLessThan(600);
    await trial;
    await slow.abort();
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

  it('turns callers away when too many wait already', async () => {
    subgraph.behave(hang);
    const outcomes = await Promise.all(Array.from({ length: 310 }, () => failure()));
    const isOverloaded = (error: unknown): boolean => error instanceof SubgraphUnavailable && error.overloaded;
    const turnedAway = outcomes.filter(({ error }) => isOverloaded(error));
    const timedOut = outcomes.filter(({ error }) => error instanceof SubgraphUnavailable && !error.overloaded);
    expect([turnedAway.length, timedOut.length]).toEqual([10, 300]);
    // At once: before anybody of the others, who wait for as long as a call may take.
    expect(Math.max(...turnedAway.map(({ ms }) => ms))).toBeLessThan(Math.min(...timedOut.map(({ ms }) => ms)));
  });
});

describe('a router whose subgraphs fail', () => {
  let router: RouterUnderTest;
  beforeEach(async () => {
    router = await startRouterUnderTest({ SUBGRAPH_TIMEOUT_MS: String(TIMEOUT_MS), OPERATION_TIMEOUT_MS: '400' });
  });
  afterEach(() => router.stop());

  const both = '{ book(id: "1") { id title queueLength } reservation(id: "2") { id status } }';
  const reserveAnswers: Behaviour = ({ query }) =>
    query.includes('_entities')
      ? { data: { _entities: [{ queueLength: 3 }] } }
      : { data: { reservation: { id: '2', status: 'READY' } } };

  it.each(faults)('answers the rest when one %s, and names which one', async (_, behaviour) => {
    router.subgraphs.book.behave(behaviour);
    router.subgraphs.reserve.behave(reserveAnswers);
    const startedAt = performance.now();
    const { status, body, text } = await router.post({ query: both });
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS + 250);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        data: { book: null, reservation: { id: '2', status: 'READY' } },
        errors: [
          {
            message: '"book" cannot answer right now; try again.',
            path: ['book'],
            extensions: { code: 'UNAVAILABLE' },
          },
        ],
      },
    });
    expect(text).not.toMatch(/127\.0\.0\.1|localhost|http:|:\d{4,5}|ECONN|UND_ERR|at \/|nginx|timeout/i);
  });

  it('answers the rest when one is not there at all', async () => {
    await router.subgraphs.book.stop();
    router.subgraphs.reserve.behave(reserveAnswers);
    const { body, text } = await router.post({ query: both });
    expect(body.data).toEqual({ book: null, reservation: { id: '2', status: 'READY' } });
    expect(text).not.toMatch(/127\.0\.0\.1|ECONN/);
  });

  it('answers a page without what the failing one knows, where the schema allows that', async () => {
    router.subgraphs.reserve.behave(hang);
    router.subgraphs.mypage.behave(() => ({
      data: {
        myPage: {
          entries: {
            edges: ['a', 'b'].map((id) => ({
              node: { bookTitle: id, reservation: { __typename: 'Reservation', id } },
            })),
          },
        },
      },
    }));
    const query = '{ myPage { entries { edges { node { bookTitle reservation { id position } } } } } }';
    const { body } = await router.post({ query });
    expect(body.errors).toEqual([
      {
        message: '"reserve" cannot answer right now; try again.',
        path: ['myPage', 'entries', 'edges', 0, 'node', 'reservation'],
        extensions: { code: 'UNAVAILABLE' },
      },
    ]);
    expect(JSON.stringify(body.data)).toContain('"bookTitle":"b","reservation":{"id":"b","position":null}');
  });

  it('ends an operation when its time is over, however many subgraphs it takes one after the other', async () => {
    const slowly =
      (answer: object): Behaviour =>
      (_, response) => {
        setTimeout(() => response.end(JSON.stringify(answer)), TIMEOUT_MS - 30);
        return undefined;
      };
    router.subgraphs.mypage.behave(
      slowly({ data: { myPage: { entries: { edges: [{ node: { rental: { __typename: 'Rental', id: '1' } } }] } } } }),
    );
    router.subgraphs.rental.behave(
      slowly({ data: { _entities: [{ reservation: { __typename: 'Reservation', id: '1' } }] } }),
    );
    router.subgraphs.reserve.behave(slowly({ data: { _entities: [{ book: { __typename: 'Book', id: '1' } }] } }));
    router.subgraphs.book.behave(slowly({ data: { _entities: [{ isbn: '1' }] } }));
    const startedAt = performance.now();
    const { body } = await router.post({
      query: '{ myPage { entries { edges { node { rental { reservation { book { isbn } } } } } } } }',
    });
    expect(performance.now() - startedAt).toBeLessThan(550);
    // No subgraph takes longer than it may, so that this is the operation's own time.
    expect(body.errors).toEqual([expect.objectContaining({ extensions: { code: 'UNAVAILABLE' } })]);
  });

  it('reports the mutation that may or may not have happened as unavailable, and does not repeat it', async () => {
    router.subgraphs.reserve.behave(dropConnection);
    const { body } = await router.post({
      query: 'mutation { reserveBook(input: {bookId: "1"}) { consistencyToken } }',
    });
    expect(body).toEqual({
      data: null,
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
        reasons: [expect.stringContaining('IDENTITY_SECRET')],
      }),
    );
  });
});
