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

const TIMEOUT_MS = 150;

const answering =
  (status: number, body: string): Behaviour =>
  (_, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    return undefined;
  };

const hang: Behaviour = () => undefined;
/** How a subgraph fails to answer. */
const outages: [string, Behaviour][] = [
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

const ids = ['1', '2', '3'];
const catalogue: Behaviour = () => ({
  data: { books: { edges: ids.map((id) => ({ node: { __typename: 'Book', id, title: `Title ${id}` } })) } },
});
const page: Behaviour = () => ({
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
const representations = ({ variables }: { variables: Record<string, unknown> }) =>
  variables['representations'] as { id: string }[];
const entities =
  (answer: (id: string) => object | null): Behaviour =>
  (request) => ({ data: { _entities: representations(request).map(({ id }) => answer(id)) } });

const unavailable = (...path: (string | number)[]) =>
  expect.objectContaining({ path, extensions: { code: 'UNAVAILABLE' } });
const failed = (...path: (string | number)[]) =>
  expect.objectContaining({
    path,
    extensions: { code: 'INTERNAL_SERVER_ERROR', errorId: expect.any(String) },
  });
const edges = ({ body }: Answer, connection: string): unknown[] => {
  const nodes = connection
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], body.data);
  return (nodes as { edges: { node: unknown }[] }).edges.map(({ node }) => node);
};

describe('an answer without the part of a subgraph that is away', () => {
  let clock: ManualClock;
  let router: RouterUnderTest;
  const start = async (): Promise<void> => {
    clock = createManualClock();
    router = await startRouterUnderTest({ SUBGRAPH_TIMEOUT_MS: String(TIMEOUT_MS) }, clock);
  };
  const stop = (): Promise<void> => router.stop();
  const reset = (): void => {
    for (const subgraph of Object.values(router.subgraphs)) {
      subgraph.requests.length = 0;
      subgraph.behave(() => ({ data: {} }));
    }
    router.subgraphs.book.behave(catalogue);
    router.subgraphs.mypage.behave(page);
  };
  /** Cases that leave every subgraph running, with too few faults of one of them to open its circuit, share a router. */
  const shareOneRouter = (): void => {
    beforeAll(start);
    beforeEach(reset);
    afterAll(stop);
  };

  const behave = (subgraph: SubgraphName, behaviour: Behaviour): void => {
    router.subgraphs[subgraph].behave(behaviour);
  };

  /** The answer to a query, with the time limit of each subgraph that hangs run out. */
  const answerOnceTimedOut = async (query: string, ...hanging: SubgraphName[]): Promise<Answer> => {
    const answer = router.post({ query });
    for (const name of hanging) await eventually(() => router.subgraphs[name].requests.length > 0);
    await eventually(() => clock.pending() === hanging.length);
    clock.advance(TIMEOUT_MS);
    return answer;
  };

  describe.each(outages)('when it %s', (_, outage) => {
    shareOneRouter();
    const ask = (query: string, failing: SubgraphName): Promise<Answer> =>
      outage === hang ? answerOnceTimedOut(query, failing) : router.post({ query });

    it('lists the catalogue, with one error for each queue length that is missing', async () => {
      behave('reserve', outage);
      const answer = await ask('{ books { edges { node { title queueLength } } } }', 'reserve');
      expect(edges(answer, 'books')).toEqual(ids.map((id) => ({ title: `Title ${id}`, queueLength: null })));
      expect(answer.body.errors).toEqual(
        ids.map((_id, index) => unavailable('books', 'edges', index, 'node', 'queueLength')),
      );
    });

    it('shows the page, with one error for each book that is missing, however many of its fields were asked for', async () => {
      behave('book', outage);
      const query = '{ myPage { entries { edges { node { bookTitle book { availableCopies title isbn } } } } } }';
      const answer = await ask(query, 'book');
      expect(edges(answer, 'myPage.entries')).toEqual(ids.map((id) => ({ bookTitle: `Title ${id}`, book: null })));
      expect(answer.body.errors).toEqual(
        ids.map((_id, index) => unavailable('myPage', 'entries', 'edges', index, 'node', 'book')),
      );
    });

    it('keeps an entity whose missing field may be null, with one error for that field', async () => {
      behave('rental', outage);
      const query = '{ myPage { entries { edges { node { rental { id dueAt } } } } } }';
      const answer = await ask(query, 'rental');
      expect(edges(answer, 'myPage.entries')).toEqual(ids.map((id) => ({ rental: { id, dueAt: null } })));
      expect(answer.body.errors).toEqual(
        ids.map((_id, index) => unavailable('myPage', 'entries', 'edges', index, 'node', 'rental', 'dueAt')),
      );
    });

    it('returns the reservation and the token of a mutation, without the book', async () => {
      behave('book', outage);
      behave('reserve', () => ({
        data: {
          reserveBook: {
            reservation: { status: 'READY', book: { __typename: 'Book', id: '1' } },
            consistencyToken: 'a-token',
          },
        },
      }));
      const { body } = await ask(
        'mutation { reserveBook(input: {bookId: "1"}) { reservation { status book { title } } consistencyToken } }',
        'book',
      );
      expect(body).toEqual({
        data: { reserveBook: { reservation: { status: 'READY', book: null }, consistencyToken: 'a-token' } },
        errors: [unavailable('reserveBook', 'reservation', 'book')],
      });
    });
  });

  describe('when it was stopped or fails once', () => {
    beforeEach(async () => {
      await start();
      reset();
    });
    afterEach(stop);

    it('keeps the fields of one subgraph when the whole of another is asked for in the same operation', async () => {
      await router.subgraphs.mypage.stop();
      const answer = await router.post({
        query: '{ books { edges { node { title } } } mine: myPage { activeCount } }',
      });
      expect(edges(answer, 'books')).toHaveLength(3);
      expect(answer.body.data?.['mine']).toBeNull();
      expect(answer.body.errors).toEqual([unavailable('mine')]);
    });

    it('keeps what one mutation did when the service of the next one is away', async () => {
      await router.subgraphs.rental.stop();
      behave('reserve', () => ({ data: { reserveBook: { consistencyToken: 'a-token' } } }));
      const { body } = await router.post({
        query: `mutation { reserveBook(input: {bookId: "1"}) { consistencyToken }
          rentBook(input: {bookId: "1"}) { consistencyToken } }`,
      });
      expect(body).toEqual({
        data: { reserveBook: { consistencyToken: 'a-token' }, rentBook: null },
        errors: [unavailable('rentBook')],
      });
    });

    it('answers for a book by its id without the lists of two services, each named by its alias', async () => {
      behave('book', () => ({ data: { book: { __typename: 'Book', id: '1', title: 'Momo' } } }));
      behave('rental', hang);
      behave('reserve', hang);
      const { body } = await answerOnceTimedOut(
        `{ book(id: "1") { title waiting: queueLength out: rentals { edges { cursor } }
          skipped: queueLength @skip(if: true) ...InQueue } }
          fragment InQueue on Book { reservations { edges { cursor } } }`,
        'rental',
        'reserve',
      );
      expect(body.data).toEqual({ book: { title: 'Momo', waiting: null, out: null, reservations: null } });
      expect(body.errors).toHaveLength(3);
      expect(body.errors).toEqual(
        expect.arrayContaining([
          unavailable('book', 'waiting'),
          unavailable('book', 'out'),
          unavailable('book', 'reservations'),
        ]),
      );
    });

    it.each(outages.filter(([, outage]) => outage !== hang))(
      "names each null once, by the client's aliases, when they are names of fields of the graph and one subgraph %s",
      async (_, outage) => {
        behave('reserve', outage);
        behave('book', ({ query }) => {
          const [, connection = ''] = /(\w+) ?: ?books/.exec(query) ?? [];
          const [, isbn = ''] = /(\w+) ?: ?isbn/.exec(query) ?? [];
          const nodes = ids.map((id) => ({ node: { __typename: 'Book', id, [isbn]: `isbn ${id}` } }));
          return { data: { [connection]: { edges: nodes } } };
        });
        const query = `{ book: books { edges { node {
          id: isbn title: queueLength __typename: reservations { edges { cursor } } queueLength
        } } } }`;
        const answer = await router.post({ query });
        expect(edges(answer, 'book')).toEqual(
          ids.map((id) => ({ id: `isbn ${id}`, title: null, __typename: null, queueLength: null })),
        );
        const expected = ids.flatMap((_id, index) =>
          ['title', '__typename', 'queueLength'].map((name) => unavailable('book', 'edges', index, 'node', name)),
        );
        expect(answer.body.errors).toHaveLength(expected.length);
        expect(answer.body.errors).toEqual(expect.arrayContaining(expected));
      },
    );

    it('reports an object that is null because of an aliased field once, at the path of the object in client names', async () => {
      await router.subgraphs.book.stop();
      behave('mypage', ({ query }) => {
        const [, name = ''] = /(\w+) ?: ?book ?\{/.exec(query) ?? [];
        const nodes = ids.map((id) => ({ node: { bookTitle: `Title ${id}`, [name]: { __typename: 'Book', id } } }));
        return { data: { myPage: { entries: { edges: nodes } } } };
      });
      const query = '{ myPage { entries { edges { node { bookTitle id: book { id: title status: isbn } } } } } }';
      const answer = await router.post({ query });
      expect(edges(answer, 'myPage.entries')).toEqual(ids.map((id) => ({ bookTitle: `Title ${id}`, id: null })));
      expect(answer.body.errors).toEqual(
        ids.map((_id, index) => unavailable('myPage', 'entries', 'edges', index, 'node', 'id')),
      );
    });

    it('reports the root field of a mutation under its alias, when that is the name of a field', async () => {
      await router.subgraphs.rental.stop();
      behave('reserve', ({ query }) => {
        const [, name = ''] = /(\w+) ?: ?reserveBook/.exec(query) ?? [];
        return { data: { [name]: { consistencyToken: 'a-token' } } };
      });
      const { body } = await router.post({
        query: `mutation { id: reserveBook(input: {bookId: "1"}) { consistencyToken }
          __typename: rentBook(input: {bookId: "1"}) { consistencyToken } }`,
      });
      expect(body).toEqual({
        data: { id: { consistencyToken: 'a-token' }, __typename: null },
        errors: [unavailable('__typename')],
      });
    });

    it('goes on with the other entities of a chain of subgraphs when some in the middle are missing', async () => {
      const query = '{ myPage { entries { edges { node { rental { status book { title queueLength } } } } } } }';
      behave('rental', (request) => ({
        data: {
          _entities: representations(request).map(({ id }) =>
            id === '2' ? null : { status: 'ACTIVE', book: { __typename: 'Book', id } },
          ),
        },
        errors: [{ message: 'Not yours.', path: ['_entities', 1], extensions: { code: 'FORBIDDEN' } }],
      }));
      behave(
        'book',
        entities((id) => ({ title: `Title ${id}` })),
      );
      await router.subgraphs.reserve.stop();
      const answer = await router.post({ query });
      expect(edges(answer, 'myPage.entries')).toEqual([
        { rental: { status: 'ACTIVE', book: { title: 'Title 1', queueLength: null } } },
        { rental: null },
        { rental: { status: 'ACTIVE', book: { title: 'Title 3', queueLength: null } } },
      ]);
      const at = (index: number) => ['myPage', 'entries', 'edges', index, 'node', 'rental'] as const;
      expect(answer.body.errors).toHaveLength(3);
      expect(answer.body.errors).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ path: at(1), extensions: { code: 'FORBIDDEN' } }),
          unavailable(...at(0), 'book', 'queueLength'),
          unavailable(...at(2), 'book', 'queueLength'),
        ]),
      );
    });

    it('answers the same once the circuit is open and the subgraph is not called any more', async () => {
      await router.subgraphs.reserve.stop();
      const query = '{ books { edges { node { title queueLength } } } }';
      const answers: Answer[] = [];
      for (let times = 0; times < 8; times += 1) answers.push(await router.post({ query }));
      expect(router.log).toContainEqual(expect.objectContaining({ subgraph: 'reserve' }));
      for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
      expect(answers[7]?.body.errors).toHaveLength(3);
    });
  });

  describe('when a subgraph answers for some entities only', () => {
    shareOneRouter();
    it('reports each value that is missing without a reason, where it is missing, and keeps the others', async () => {
      behave(
        'reserve',
        entities((id) => (id === '2' ? null : { queueLength: 4 })),
      );
      const answer = await router.post({ query: '{ books { edges { node { title queueLength } } } }' });
      expect(edges(answer, 'books')).toEqual([
        { title: 'Title 1', queueLength: 4 },
        { title: 'Title 2', queueLength: null },
        { title: 'Title 3', queueLength: 4 },
      ]);
      expect(answer.body.errors).toEqual([failed('books', 'edges', 1, 'node', 'queueLength')]);
    });

    it('reports a value that may not be null once, at the entity that is null because of it', async () => {
      behave(
        'book',
        entities((id) => (id === '2' ? { title: null, status: null } : { title: 'Momo', status: 'IN_STOCK' })),
      );
      const query = '{ myPage { entries { edges { node { book { title status } } } } } }';
      const answer = await router.post({ query });
      expect(edges(answer, 'myPage.entries')[1]).toEqual({ book: null });
      expect(edges(answer, 'myPage.entries')[2]).toEqual({ book: { title: 'Momo', status: 'IN_STOCK' } });
      expect(answer.body.errors).toEqual([failed('myPage', 'entries', 'edges', 1, 'node', 'book')]);
    });

    it.each([
      ['too few entities', { _entities: [{ queueLength: 1 }] }],
      ['no entities', {}],
      ['entities that are not in a list', { _entities: { queueLength: 1 } }],
      ['a list without the field', { _entities: [{}, {}, {}] }],
      ['a list of other things', { _entities: [1, 'x', []] }],
    ])('reports every value that is missing when the answer has %s', async (_, data) => {
      behave('reserve', () => ({ data }));
      const answer = await router.post({ query: '{ books { edges { node { title queueLength } } } }' });
      expect(edges(answer, 'books')).toEqual(ids.map((id) => ({ title: `Title ${id}`, queueLength: null })));
      expect(answer.body.errors).toEqual(
        ids.map((_id, index) => failed('books', 'edges', index, 'node', 'queueLength')),
      );
    });

    it('answers a field whose condition is the default of its variable', async () => {
      const data = { myPage: { memberId: 'alice' }, again: { activeCount: 7 } };
      behave('mypage', () => ({ data }));
      const query =
        'query($yes: Boolean = true) { myPage { memberId } again: myPage @include(if: $yes) { activeCount } }';
      for (const variables of [{}, { yes: true }])
        expect((await router.post({ query, variables })).body).toEqual({ data });
    });

    it('reports a field of the query that the answer leaves out', async () => {
      behave('mypage', () => ({ data: {} }));
      const { body } = await router.post({ query: '{ myPage { activeCount } }' });
      expect(body).toEqual({ data: { myPage: null }, errors: [failed('myPage')] });
    });
  });
});
