import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { eventually } from '@rentalbook/test-kit/eventually';
import { type Behaviour } from './support/fake-subgraph';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';
import { TIMEOUT_MS, wellFormed, dropConnection, answering, silences, faults } from './subgraph-behaviours';

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
