import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { eventually } from '@rentalbook/test-kit/eventually';
import pino from 'pino';
import { createSubgraphClient, type SubgraphCall, type SubgraphClient } from '../src/resilience/subgraph-client';
import { startFakeSubgraph, type FakeSubgraph } from './support/fake-subgraph';
import { TIMEOUT_MS, wellFormed, answering } from './subgraph-behaviours';

export const OPEN_FOR_MS = 1_000;

export const outcomeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (reason: unknown) => reason,
  );

export let clock: ManualClock;
export let subgraph: FakeSubgraph;
export let client: SubgraphClient;
export const lines: string[] = [];
export const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });

export const call = (more: Partial<SubgraphCall> = {}) =>
  client.call({
    callers: ['member:alice'],
    body: '{"query":"{ a }"}',
    headers: () => ({ 'content-type': 'application/json' }),
    deadline: Infinity,
    repeatable: false,
    ...more,
  });

export const failure = (more: Partial<SubgraphCall> = {}) => outcomeOf(call(more));
export const requestsArrived = (count: number) => eventually(() => subgraph.requests.length === count);

export const openBreaker = async () => {
  subgraph.behave(answering(500, ''));
  for (let times = 0; times < 5; times += 1) await failure();
  expect(lines.join()).toContain('a subgraph fails');
};

/** Another process of the subgraph, which listens where the first did. */
export async function startSubgraphAgain(port: number): Promise<void> {
  subgraph = await startFakeSubgraph(wellFormed, port);
}

/** Registers the hooks of a describe whose tests use what is above. */
export function useSubgraphClient(): void {
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
}
