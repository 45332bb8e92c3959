import type { GraphQLDataSource } from '@apollo/gateway';
import { createMetrics, type Caller } from '@rentalbook/service-kit';
import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { getOperationAST, parse } from 'graphql';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import pino from 'pino';
import type { RequestContext } from '../src/gateway/request-context';
import { SubgraphDataSource } from '../src/gateway/subgraph-data-source';
import type { SubgraphAnswer } from '../src/resilience/subgraph-answer';
import type { SubgraphCall } from '../src/resilience/subgraph-client';
import { SubgraphUnavailable } from '../src/resilience/subgraph-faults';
import { publicFetchesOf } from '../src/sharing/public-fetches';
import { SharedFetches } from '../src/sharing/shared-fetches';

type Fetch = Parameters<GraphQLDataSource<RequestContext>['process']>[0];

interface Asked {
  readonly query?: string;
  readonly variables?: Record<string, unknown>;
  readonly caller?: Caller | null;
  readonly callerKey?: string;
  readonly language?: 'en' | 'ko';
  readonly consistencyToken?: string;
  readonly deadline?: number;
  readonly clientGone?: AbortSignal;
}

const supergraph = readFileSync(join(__dirname, '../supergraph.graphql'), 'utf8');
const isPublic = publicFetchesOf(supergraph);

const BOOK = 'query ($id: ID!) { book(id: $id) { title } }';
const PAGE = '{ myPage { entries { edges { node { id } } } } }';
const ENTITIES = 'query ($representations: [_Any!]!) { _entities(representations: $representations)';
const ada: Caller = { memberId: 'ada', name: 'Ada', roles: ['member'] };
const ben: Caller = { memberId: 'ben', name: 'Ben', roles: ['member'] };
const WAIT_MS = 20;

describe('fetches of a subgraph that are shared', () => {
  let clock: ManualClock;
  let source: SubgraphDataSource;
  let sent: { readonly call: SubgraphCall; readonly answer: (answer: Partial<SubgraphAnswer> | Error) => void }[];

  beforeEach(() => {
    clock = createManualClock();
    sent = [];
    source = new SubgraphDataSource({
      ...{ name: 'book', path: '/graphql', isPublic, signer: { sign: (caller) => JSON.stringify(caller) } },
      client: {
        call: (call) =>
          new Promise((resolve, reject) => {
            const answer = (given: Partial<SubgraphAnswer> | Error): void => {
              if (given instanceof Error) reject(given);
              else resolve({ data: null, errors: [], ...given });
            };
            sent.push({ call, answer });
          }),
        ...{ isOpen: () => false, load: () => ({ running: 0, queued: 0 }), abort: () => Promise.resolve() },
      },
      metrics: createMetrics('router', pino({ level: 'silent' }), clock),
      shared: new SharedFetches('fetch book', clock),
    });
  });

  const ask = (asked: Asked = {}) => {
    const { query = BOOK, variables = { id: '1' }, caller = ada, clientGone = new AbortController().signal } = asked;
    const document = parse(query);
    const context: RequestContext = {
      ...{ caller, callerKey: asked.callerKey ?? `member:${caller?.memberId ?? ''}`, language: asked.language ?? 'en' },
      ...{
        traceparent: '00',
        came: { asOperation: true },
        consistencyToken: asked.consistencyToken,
        deadline: asked.deadline ?? 10_000,
        clientGone,
      },
    };
    return source.process({
      ...{ request: { query, variables }, document, context },
      incomingRequestContext: { operation: getOperationAST(document) },
    } as unknown as Fetch);
  };
  const title = (text: string) => ({ data: { book: { title: text } } });
  const answerFrom = (index: number, given: Partial<SubgraphAnswer> | Error) => sent[index]?.answer(given);

  /** Whether two requests that come while a fetch is under way are answered by one more. */
  const areShared = async (one: Asked, other: Asked): Promise<boolean> => {
    const before = [ask(one), ask(other)];
    const under = sent.length;
    const both = [ask(one), ask(other)];
    clock.advance(WAIT_MS);
    await setImmediate();
    const count = sent.length - under;
    for (const { answer } of sent) answer(title('Momo'));
    await Promise.all([...before, ...both]);
    return count === 1;
  };

  it('are sent at once where none is under way, and are one for those that come meanwhile', async () => {
    const first = ask();
    const others = [ask(), ask(), ask()];
    expect(sent).toHaveLength(1);
    answerFrom(0, title('Momo'));
    expect(await first).toEqual(title('Momo'));
    expect(sent).toHaveLength(2);
    answerFrom(1, title('Momo, new'));
    expect(await Promise.all(others)).toEqual([1, 2, 3].map(() => title('Momo, new')));
  });

  it('are never sent before a request that they answer came: it reads what was written by then', async () => {
    let stored = 'before the write';
    const first = ask();
    const readByFirst = stored;
    stored = 'written';
    const afterTheWrite = ask();
    answerFrom(0, title(readByFirst));
    await first;
    answerFrom(1, title(stored));
    expect(await afterTheWrite).toEqual(title('written'));
  });

  it('do not wait longer than 20 ms for one that is under way', async () => {
    const first = ask();
    const second = ask();
    clock.advance(WAIT_MS - 1);
    expect(sent).toHaveLength(1);
    clock.advance(1);
    expect(sent).toHaveLength(2);
    answerFrom(1, title('Momo'));
    expect(await second).toEqual(title('Momo'));
    answerFrom(0, title('Momo'));
    await first;
  });

  it('are forgotten once they are answered', async () => {
    const first = ask();
    answerFrom(0, title('Momo'));
    await first;
    const second = ask();
    expect(sent).toHaveLength(2);
    answerFrom(1, title('Momo'));
    await second;
    expect(clock.pending()).toBe(0);
  });

  it.each<[string, Asked]>([
    ['another member', { query: PAGE, variables: {}, caller: ben }],
    ['the same member with another role', { query: PAGE, variables: {}, caller: { ...ada, roles: ['librarian'] } }],
    ['another language', { query: PAGE, variables: {}, language: 'ko' }],
    ['another consistency token', { query: PAGE, variables: {}, consistencyToken: 'after the write' }],
    ['another query', { query: `${PAGE} #` }],
    ['other variables', { query: PAGE, variables: { first: 1 } }],
  ])('are not shared with a request of %s', async (_name, other) => {
    const one = { query: PAGE, variables: {} };
    expect(await areShared(one, one)).toBe(true);
    expect(await areShared(one, other)).toBe(false);
  });

  it.each<[boolean, string, string]>([
    [true, 'fields for anyone', BOOK],
    [false, 'a field for librarians', 'query ($id: ID!) { book(id: $id) { title copies { id } } }'],
    [false, 'a page', PAGE],
    [true, 'entities for anyone', `${ENTITIES} { ... on Book { title } } }`],
    [false, 'entities of a member', `${ENTITIES} { ... on Rental { __typename } } }`],
    [false, 'both', `${ENTITIES} { ... on Book { title } ... on Rental { id } } }`],
    [false, 'a field that the rules do not know', '{ unknown }'],
  ])('are shared among all callers: %s of %s', async (expected, _name, query) => {
    const variables = { representations: [] };
    expect(await areShared({ query, variables }, { query, variables, caller: ben })).toBe(expected);
    expect(await areShared({ query, variables }, { query, variables, caller: null })).toBe(expected);
  });

  it('never include a mutation', () => {
    const addBook = { query: 'mutation { addBook(input: { title: "Momo" }) { book { id } } }', variables: {} };
    void Promise.all([ask(addBook), ask(addBook)]);
    expect(sent).toHaveLength(2);
  });

  it('go on for the others when a client leaves, and are abandoned when all have left', async () => {
    const [leaver, other] = [new AbortController(), new AbortController()];
    const first = ask();
    const left = ask({ clientGone: leaver.signal });
    const stays = ask({ clientGone: other.signal });
    answerFrom(0, title('Momo'));
    await first;
    leaver.abort();
    expect((await left).errors?.[0]?.extensions?.['reason']).toBe('the client is gone');
    expect(sent[1]?.call.abandoned?.aborted).toBe(false);
    other.abort();
    expect(sent[1]?.call.abandoned?.aborted).toBe(true);
    await stays;
  });

  it('are not sent for clients that left while they waited', async () => {
    const leaver = new AbortController();
    const first = ask();
    const left = ask({ clientGone: leaver.signal });
    leaver.abort();
    await left;
    const comesLater = ask();
    answerFrom(0, title('Momo'));
    await first;
    expect(sent[1]?.call.abandoned?.aborted).toBe(false);
    answerFrom(1, title('Momo'));
    expect(await comesLater).toEqual(title('Momo'));
  });

  it('have the time of the request with the most left; each request ends at its own deadline', async () => {
    const first = ask();
    const hurried = ask({ deadline: 500 });
    const patient = ask({ deadline: 900 });
    answerFrom(0, title('Momo'));
    await first;
    expect(sent[1]?.call.deadline).toBe(900);
    clock.advance(500);
    expect((await hurried).errors?.[0]?.extensions?.['reason']).toBe('the operation has no time left');
    answerFrom(1, title('Momo'));
    expect(await patient).toEqual(title('Momo'));
  });

  it('fail for each of the requests, and count for each caller', async () => {
    const first = ask();
    const others = [ask({ caller: ben }), ask({ caller: null, callerKey: 'address:::1' }), ask({ caller: ben })];
    answerFrom(0, title('Momo'));
    await first;
    expect(sent[1]?.call.callers).toEqual(['member:ben', 'address:::1']);
    answerFrom(1, new SubgraphUnavailable('no answer in time'));
    for (const { errors } of await Promise.all(others)) expect(errors?.[0]?.extensions?.['code']).toBe('UNAVAILABLE');
  });

  it('give each request data of its own, which the gateway writes into', async () => {
    const first = ask();
    const [one, other] = [ask(), ask()];
    answerFrom(0, title('Momo'));
    await first;
    answerFrom(1, title('Momo'));
    Object.assign((await one).data?.['book'] as object, { title: 'Written over' });
    expect(await other).toEqual(title('Momo'));
  });
});
