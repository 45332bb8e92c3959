import type { EventOf } from '@rentalbook/event-contracts';
import { bookCirculation, type BookCirculation } from '../src/domain/book-circulation';
import { BOOK, MONDAY, THURSDAY_LATER, library, policy, refusalOf, types, type Body } from './library';

describe('the circulation of a title', () => {
  describe('without copies', () => {
    const cancelledByReserve = (reservationId: unknown) => ({
      eventType: 'Cancelled',
      data: {
        reservationId,
        userId: expect.any(String),
        bookId: BOOK,
        reasonCode: 'NO_COPY_LEFT',
        by: 'reserve',
      },
    });
    const idsOf = (events: readonly Body[]) =>
      events.flatMap((event) => (event.eventType === 'Subscribed' ? [event.data.reservationId] : []));

    it('refuses to reserve, until copies are added again', () => {
      const emma = library(['copy-1']);
      emma.withdraw('copy-1');
      expect(refusalOf(emma.reserve('alice'))).toBe('NO_COPIES');
      expect(emma.reserve('alice').events).toEqual([]);
      emma.added(['copy-2']);
      expect(types(emma.reserve('alice').events)).toEqual(['Subscribed', 'Ready']);
    });

    it('is not the same as not in the catalogue yet', () => {
      expect(refusalOf(library([]).reserve('alice'))).toBe('BOOK_NOT_FOUND');
    });

    it('cancels who waits as soon as the last copy is withdrawn while it is on loan', () => {
      const emma = library(['copy-1']);
      emma.reserve('alice');
      emma.rent('alice');
      const waiting = [...idsOf(emma.reserve('bob').events), ...idsOf(emma.reserve('carol').events)];
      expect(emma.withdraw('copy-1')).toEqual(waiting.map(cancelledByReserve));
      expect(emma.state.queue).toEqual([]);
      expect(types(emma.returned('alice'))).toEqual(['ReturnedBook']);
      expect(emma.state.copies).toEqual([]);
    });

    it('cancels who waits, but not the reservation for which the last copy is held', () => {
      const emma = library(['copy-1']);
      emma.reserve('alice');
      const waiting = idsOf(emma.reserve('bob').events);
      expect(emma.withdraw('copy-1')).toEqual(waiting.map(cancelledByReserve));
      expect(refusalOf(emma.reserve('carol'))).toBe('NO_COPIES');
      expect(refusalOf(emma.reserve('alice'))).toBe('ALREADY_RESERVED');
      expect(types(emma.rent('alice'))).toEqual(['Checked']);
    });

    it('keeps the queue while another copy can still come', () => {
      const emma = library(['copy-1', 'copy-2']);
      for (const reader of ['alice', 'bob', 'carol']) emma.reserve(reader);
      expect(emma.withdraw('copy-1')).toEqual([]);
      expect(types(emma.withdraw('copy-2'))).toEqual(['Cancelled']);
    });

    it('expires a hold of the last copy without passing it on', () => {
      const emma = library(['copy-1']);
      emma.reserve('alice');
      emma.withdraw('copy-1');
      emma.setNow(THURSDAY_LATER);
      expect(types(emma.expire())).toEqual(['Expired']);
      expect(emma.state).toMatchObject({ copies: [], queue: [] });
    });

    it('refuses to rent with a code that a consumer of the version before knows, and a more exact one', () => {
      const emma = library(['copy-1']);
      emma.withdraw('copy-1');
      expect(emma.rent('alice')).toMatchObject([
        {
          eventType: 'Refused',
          data: { code: 'NOT_RESERVED', exactCode: 'NO_COPIES', ruleCode: 'WHILE_THERE_ARE_COPIES' },
        },
      ]);
    });

    it('refuses a late reader so too, and names the reservation, where the last copy was withdrawn meanwhile', () => {
      const emma = library(['copy-1']);
      const [reservationId] = idsOf(emma.reserve('alice').events);
      emma.setNow(THURSDAY_LATER);
      expect(types(emma.expire())).toEqual(['Expired']);
      expect(emma.rent('alice')).toMatchObject([{ data: { code: 'PICKUP_EXPIRED', reservationId } }]);
      emma.withdraw('copy-1');
      expect(emma.rent('alice', 'once more')).toMatchObject([
        { data: { exactCode: 'NO_COPIES', ruleCode: 'WHILE_THERE_ARE_COPIES', reservationId } },
      ]);
      expect(refusalOf(emma.reserve('alice'))).toBe('NO_COPIES');
    });

    describe('in a document of before, in which reservations wait for ever', () => {
      const waiting = { reservationId: 'old-1', userId: 'bob', ticket: 1, ready: null };
      const stored: BookCirculation = {
        book: { bookId: BOOK, title: 'Emma' },
        copies: [],
        queue: [waiting],
        lastTicket: 1,
      };
      const context = { key: BOOK, now: MONDAY, policy, newId: () => 'id' };

      it('cancels them with the next decision, whatever it is about', () => {
        const member = { userId: 'carol', userNm: 'Carol' };
        const decision = bookCirculation.decide(stored, { type: 'ReserveBook', member }, context);
        expect(decision.events).toEqual([cancelledByReserve('old-1')]);
        expect(refusalOf(decision)).toBe('NO_COPIES');
        expect(bookCirculation.expire(stored, context)).toEqual([cancelledByReserve('old-1')]);
      });

      it('sets a copy aside for them when copies are added first', () => {
        const data = { bookId: BOOK, bookNm: 'Emma', authors: [], isbn: null, copyIds: ['copy-9'], status: 'In stock' };
        const added = { eventType: 'Added', data } as unknown as EventOf<'Added'>;
        const events = bookCirculation.react(bookCirculation.evolve(stored, added), added, context);
        expect(types(events)).toEqual(['Ready']);
      });
    });
  });
});
