import { type Answer } from './support/router-under-test';
import {
  hang,
  outages,
  ids,
  representations,
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

describe('an answer without the part of a subgraph that is stopped', () => {
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
});
