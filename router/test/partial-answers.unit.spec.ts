import { type Answer, type SubgraphName } from './support/router-under-test';
import {
  hang,
  outages,
  ids,
  entities,
  unavailable,
  edges,
  router,
  start,
  stop,
  reset,
  behave,
  answerOnceTimedOut,
} from './partial-answers.support';
import './stopped-subgraphs.cases';

const failed = (...path: (string | number)[]) =>
  expect.objectContaining({
    path,
    extensions: { code: 'INTERNAL_SERVER_ERROR', errorId: expect.any(String) },
  });

describe('an answer without the part of a subgraph that is away', () => {
  /** Cases that leave every subgraph running, with too few faults of one of them to open its circuit, share a router. */
  const shareOneRouter = (): void => {
    beforeAll(start);
    beforeEach(reset);
    afterAll(stop);
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
