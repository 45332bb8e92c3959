import { noopMetrics } from '@rentalbook/service-kit';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { createPlanCache, type PlanCache } from '../src/gateway/plan-cache';
import type { RequestContext } from '../src/gateway/request-context';
import { spendBudget } from '../src/limits/caller-budget.plugin';
import { supergraph } from './support/router-under-test';

const ignore = (): void => undefined;
const noopLogger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const done = (): Promise<undefined> => Promise.resolve(undefined);
/** Of an operation with a plan that has no lists, and of planning. */
const [ASKED, PLANNED] = [1, 15];
const PLANS_BYTES = 300_000;

describe('the price of a plan', () => {
  let server: ApolloServer<RequestContext>;
  let plans: PlanCache;
  const spent: number[] = [];
  beforeAll(async () => {
    plans = createPlanCache(PLANS_BYTES);
    const spend = (_caller: string, points: number) => Promise.resolve(void spent.push(points));
    server = new ApolloServer<RequestContext>({
      gateway: new ApolloGateway({
        supergraphSdl: supergraph,
        buildService: () => ({ process: () => Promise.resolve({ data: { book: null } }) }),
        queryPlannerConfig: { exposeDocumentNodeInFetchNode: true, cache: plans },
        logger: noopLogger,
      }),
      plugins: [spendBudget({ spend, charge: done }, plans, noopMetrics)],
      logger: noopLogger,
    });
    await server.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    plans.clear();
    spent.length = 0;
  });

  const contextValue: RequestContext = {
    caller: null,
    callerKey: 'address:192.0.2.1',
    language: 'en',
    traceparent: '',
    consistencyToken: undefined,
    deadline: Infinity,
    clientGone: new AbortController().signal,
    came: { asOperation: false },
  };
  const ask = async (query: string, more: { operationName?: string; variables?: object } = {}): Promise<void> => {
    await server.executeOperation({ query, ...more } as { query: string }, { contextValue });
  };
  const book = (alias: string): string => `{ ${alias}: book(id: "1") { id title } }`;

  it('is paid once while the plan is in the cache of the gateway, and again once it is not', async () => {
    await ask(book('first'));
    await ask(book('first'));
    expect(spent).toEqual([ASKED + PLANNED, ASKED]);
    const size = plans.bytes;
    expect(size).toBeGreaterThan(0);
    for (let others = 0; others * size < PLANS_BYTES; others += 1) await ask(book(`other${String(others)}`));
    spent.length = 0;
    await ask(book('first'));
    await ask(book('first'));
    expect(spent).toEqual([ASKED + PLANNED, ASKED]);
  });

  it('is that of each operation of a document', async () => {
    const query = 'query A { book(id: "1") { id } } query B { book(id: "1") { title } }';
    for (const operationName of ['A', 'B', 'A', 'B']) await ask(query, { operationName });
    expect(spent).toEqual([ASKED + PLANNED, ASKED + PLANNED, ASKED, ASKED]);
  });

  it('is paid by one of those who need the same plan at once', async () => {
    await Promise.all([ask(book('a')), ask(book('a')), ask(book('a'))]);
    expect(spent.sort()).toEqual([ASKED, ASKED, ASKED + PLANNED]);
  });

  it('is not paid with by an operation that was refused before it was planned', async () => {
    const query = 'query($id: ID!) { book(id: $id) { id } }';
    await ask(query);
    await ask(query, { variables: { id: '1' } });
    expect(spent).toEqual([ASKED + PLANNED, ASKED + PLANNED]);
  });
});
