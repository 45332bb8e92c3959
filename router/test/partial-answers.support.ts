import { eventually } from '@rentalbook/test-kit/eventually';
import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import type { ServerResponse } from 'node:http';
import type { Behaviour } from './support/fake-subgraph';
import {
  startRouterUnderTest,
  type Answer,
  type RouterUnderTest,
  type SubgraphName,
} from './support/router-under-test';

export const TIMEOUT_MS = 150;

export const answering =
  (status: number, body: string): Behaviour =>
  (_, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    return undefined;
  };

export const hang: Behaviour = () => undefined;

/** How a subgraph fails to answer. */
export const outages: [string, Behaviour][] = [
  ['does not answer in time', hang],
  [
    'closes the connection',
    (_, response) => {
      response.destroy();
      return undefined;
    },
  ],
  ['answers 503', answering(503, 'Service Unavailable')],
  ['answers malformed JSON', answering(200, '{"data":{"_entities":[')],
  ['answers a list in place of an object', answering(200, '[]')],
  [
    'answers UNAVAILABLE without a path',
    () => ({ data: null, errors: [{ message: 'No data.', extensions: { code: 'UNAVAILABLE' } }] }),
  ],
];

export const ids = ['1', '2', '3'];

export const catalogue: Behaviour = () => ({
  data: { books: { edges: ids.map((id) => ({ node: { __typename: 'Book', id, title: `Title ${id}` } })) } },
});

export const page: Behaviour = () => ({
  data: {
    myPage: {
      entries: {
        edges: ids.map((id) => ({
          node: {
            bookTitle: `Title ${id}`,
            book: { __typename: 'Book', id },
            rental: { __typename: 'Rental', id },
          },
        })),
      },
    },
  },
});

export const representations = ({ variables }: { variables: Record<string, unknown> }) =>
  variables['representations'] as { id: string }[];

export const entities =
  (answer: (id: string) => object | null): Behaviour =>
  (request) => ({ data: { _entities: representations(request).map(({ id }) => answer(id)) } });

export const unavailable = (...path: (string | number)[]) =>
  expect.objectContaining({ path, extensions: { code: 'UNAVAILABLE' } });

export const edges = ({ body }: Answer, connection: string): unknown[] => {
  const nodes = connection
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], body.data);
  return (nodes as { edges: { node: unknown }[] }).edges.map(({ node }) => node);
};

export let clock: ManualClock;
export let router: RouterUnderTest;

export const start = async (): Promise<void> => {
  clock = createManualClock();
  router = await startRouterUnderTest({ SUBGRAPH_TIMEOUT_MS: String(TIMEOUT_MS) }, clock);
};

export const stop = (): Promise<void> => router.stop();

export const reset = (): void => {
  for (const subgraph of Object.values(router.subgraphs)) {
    subgraph.requests.length = 0;
    subgraph.behave(() => ({ data: {} }));
  }
  router.subgraphs.book.behave(catalogue);
  router.subgraphs.mypage.behave(page);
};

export const behave = (subgraph: SubgraphName, behaviour: Behaviour): void => {
  router.subgraphs[subgraph].behave(behaviour);
};

/** The answer to a query, with the time limit of each subgraph that hangs run out. */
export const answerOnceTimedOut = async (query: string, ...hanging: SubgraphName[]): Promise<Answer> => {
  const answer = router.post({ query });
  for (const name of hanging) await eventually(() => router.subgraphs[name].requests.length > 0);
  await eventually(() => clock.pending() === hanging.length);
  clock.advance(TIMEOUT_MS);
  return answer;
};
