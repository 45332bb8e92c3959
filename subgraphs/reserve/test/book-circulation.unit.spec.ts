import { given } from '@rentalbook/decider/given';
import type { BodyOf, EventOf } from '@rentalbook/event-contracts';
import fc from 'fast-check';
import {
  bookCirculation,
  type BookCirculation,
  type CirculationCommand,
  type OwnEvent,
} from '../src/domain/book-circulation';

type Body = BodyOf<OwnEvent>;
const BOOK = 'book-1';
const policy = { bookingStatus: 'Booking', pickupDays: 3 };
const at = (iso: string): Date => new Date(iso);
const MONDAY = at('2026-03-02T09:00:00.000Z');
const THURSDAY_LATER = at('2026-03-05T09:00:00.001Z');

/** One title, driven by commands and consumed events, with fixed time and counted ids. */
function library(copyIds: readonly string[]) {
  const title = given(bookCirculation, { policy, now: MONDAY, ids: 'id' });
  const execute = (command: CirculationCommand) => title.when(command);
  const added = (all: readonly string[]) =>
    title.whenConsumed('Added', {
      bookId: BOOK,
      bookNm: 'Emma',
      authors: [],
      isbn: null,
      copyIds: [...all],
      status: 'In stock',
    });
  if (copyIds.length > 0) added(copyIds);
  return {
    get state() {
      return title.state;
    },
    setNow: title.setNow,
    added,
    execute,
    reserve: (userId: string) => execute({ type: 'ReserveBook', bookId: BOOK, member: { userId, userNm: userId } }),
    cancel: (reservationId: string) =>
      execute({ type: 'CancelReservation', reservationId, by: 'x', reason: 'no longer needed' }),
    rent: (userId: string, rentalId = `rental-of-${userId}`) =>
      title.whenConsumed('Rentaled', {
        rentalId,
        userId,
        userNm: userId,
        bookId: BOOK,
        bookNm: 'Emma',
        status: 'Start Rental',
      }),
    returned: (userId: string, rentalId = `rental-of-${userId}`) =>
      title.whenConsumed('Returned', returnOf(userId, rentalId)),
    receiveReturnedCopy: (userId: string, rentalId = `rental-of-${userId}`) =>
      execute({ type: 'TakeBack', returned: returnOf(userId, rentalId) }),
    expire: title.whenExpired,
    withdraw: (copyId: string) => title.whenConsumed('Withdrawn', { bookId: BOOK, copyId, reason: 'worn out' }),
  };
}
const returnOf = (userId: string, rentalId: string): EventOf<'Returned'>['data'] => ({
  rentalId,
  userId,
  userNm: userId,
  bookId: BOOK,
  bookNm: 'Emma',
  copyId: 'copy-1',
  returnedAt: MONDAY.toISOString(),
});
const types = (events: readonly Body[]): string[] => events.map(({ eventType }) => eventType);
const refusalOf = (decision: { outcome: object }): unknown =>
  'refused' in decision.outcome ? (decision.outcome.refused as { code: string }).code : undefined;

describe('the circulation of a title', () => {
  it('refuses to reserve a book that the catalogue never announced', () => {
    expect(refusalOf(library([]).reserve('alice'))).toBe('BOOK_NOT_FOUND');
  });

  it('sets a free copy aside in the same decision as the reservation', () => {
    const events = library(['copy-1']).reserve('alice').events;
    expect(types(events)).toEqual(['Subscribed', 'Ready']);
    expect(events[1]).toMatchObject({ data: { copyId: 'copy-1', pickupBy: '2026-03-05T09:00:00.000Z' } });
  });

  it('queues a reader while no copy is free', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    expect(types(emma.reserve('bob').events)).toEqual(['Subscribed']);
  });

  it('sets one copy aside for each of several readers while there are several', () => {
    const emma = library(['copy-1', 'copy-2']);
    emma.reserve('alice');
    emma.reserve('bob');
    expect(types(emma.reserve('carol').events)).toEqual(['Subscribed']);
    expect(emma.state.copies.map(({ state }) => state)).toEqual(['HELD', 'HELD']);
  });

  it('refuses a second reservation of the same member', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    expect(refusalOf(emma.reserve('alice'))).toBe('ALREADY_RESERVED');
  });

  it('refuses to reserve a book that the member has at home', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    emma.rent('alice');
    expect(refusalOf(emma.reserve('alice'))).toBe('ALREADY_RENTED');
  });

  it('refuses to rent without a reservation', () => {
    expect(library(['copy-1']).rent('alice')).toMatchObject([{ eventType: 'Refused', data: { code: 'NOT_RESERVED' } }]);
  });

  it('refuses to rent on the reservation of another member', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    expect(emma.rent('bob')).toMatchObject([{ eventType: 'Refused', data: { code: 'NOT_RESERVED' } }]);
  });

  it('refuses to rent before the reader’s turn, and names the reservation', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    const { outcome } = emma.reserve('bob');
    expect(emma.rent('bob')).toMatchObject([
      { eventType: 'Refused', data: { code: 'NOT_YOUR_TURN', reservationId: Object.values(outcome)[0] as string } },
    ]);
  });

  it('gives the copy that was set aside to its reader, and names the rule', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    expect(emma.rent('alice')).toMatchObject([
      {
        eventType: 'Checked',
        data: { copyId: 'copy-1', rentalId: 'rental-of-alice', ruleCode: 'GOES_TO_ITS_READER' },
      },
    ]);
  });

  it('sets a returned copy aside for the first in the queue, never for a later caller', () => {
    const emma = library(['copy-1']);
    for (const member of ['alice', 'bob', 'carol']) emma.reserve(member);
    emma.rent('alice');
    const events = emma.returned('alice');
    expect(types(events)).toEqual(['ReturnedBook', 'Ready']);
    expect(events[1]).toMatchObject({ data: { userId: 'bob' } });
  });

  it('puts a returned copy back into stock when the queue is empty', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    emma.rent('alice');
    expect(types(emma.returned('alice'))).toEqual(['ReturnedBook']);
    expect(emma.state.copies[0]?.state).toBe('IN_STOCK');
  });

  it('takes a copy back once, whichever way the news comes first', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    emma.rent('alice');
    expect(types(emma.receiveReturnedCopy('alice').events)).toEqual(['ReturnedBook']);
    expect(emma.returned('alice')).toEqual([]);
    expect(emma.receiveReturnedCopy('alice').events).toEqual([]);
  });

  it('does not let a late second return free the copy that the same reader rented again', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    emma.rent('alice', 'first');
    emma.receiveReturnedCopy('alice', 'first');
    emma.reserve('alice');
    emma.rent('alice', 'second');
    expect(emma.returned('alice', 'first')).toEqual([]);
    expect(emma.state.copies[0]?.state).toBe('ON_LOAN');
  });

  it('announces a cancelled reservation as cancelled, and passes its copy on', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    emma.reserve('bob');
    const alices = emma.state.queue[0]?.reservationId ?? '';
    const { events } = emma.cancel(alices);
    expect(types(events)).toEqual(['Cancelled', 'Ready']);
    expect(events[1]).toMatchObject({ data: { userId: 'bob' } });
    expect(refusalOf(emma.cancel(alices))).toBe('NOT_CANCELLABLE');
  });

  it('treats a hold as over from the instant it is due, and passes the copy on', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    emma.reserve('bob');
    emma.setNow(THURSDAY_LATER);
    const events = emma.rent('alice');
    expect(types(events)).toEqual(['Expired', 'Ready', 'Refused']);
    expect(events[2]).toMatchObject({ data: { code: 'PICKUP_EXPIRED' } });
    expect(types(emma.rent('bob'))).toEqual(['Checked']);
  });

  it('refuses a late reader with it also when the expiry was written before', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    emma.setNow(THURSDAY_LATER);
    expect(types(emma.expire())).toEqual(['Expired']);
    expect(emma.rent('alice')).toMatchObject([{ data: { code: 'PICKUP_EXPIRED', reservationId: expect.any(String) } }]);
    expect(emma.rent('bob', 'another')).toMatchObject([{ data: { code: 'NOT_RESERVED' } }]);
    const { outcome } = emma.reserve('alice');
    emma.cancel('accepted' in outcome ? outcome.accepted : '');
    expect(emma.rent('alice', 'once more')).toMatchObject([{ data: { code: 'NOT_RESERVED' } }]);
  });

  it('lets a reader whose hold ran out reserve again, behind those who wait', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    emma.reserve('bob');
    emma.setNow(THURSDAY_LATER);
    const { events } = emma.reserve('alice');
    expect(types(events)).toEqual(['Expired', 'Ready', 'Subscribed']);
    expect(events[1]).toMatchObject({ data: { userId: 'bob' } });
  });

  it('never takes a live hold away', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    emma.setNow(at('2026-03-05T08:59:59.999Z'));
    emma.reserve('bob');
    expect(types(emma.rent('alice'))).toEqual(['Checked']);
  });

  it('gives added copies to those who wait', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    emma.reserve('bob');
    expect(types(emma.added(['copy-1', 'copy-2']))).toEqual(['Ready']);
  });

  it('lets a withdrawn copy go once its reader brought it back', () => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    emma.rent('alice');
    emma.reserve('bob');
    emma.withdraw('copy-1');
    expect(types(emma.returned('alice'))).toEqual(['ReturnedBook']);
    expect(emma.state.copies).toEqual([]);
  });

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

    describe('in a document of before, in which reservations wait for ever', () => {
      const waiting = { reservationId: 'old-1', userId: 'bob', ticket: 1, ready: null };
      const stored: BookCirculation = {
        book: { bookId: BOOK, title: 'Emma' },
        copies: [],
        queue: [waiting],
        lastTicket: 1,
      };
      const context = { now: MONDAY, policy, newId: () => 'id' };

      it('cancels them with the next decision, whatever it is about', () => {
        const member = { userId: 'carol', userNm: 'Carol' };
        const decision = bookCirculation.decide(stored, { type: 'ReserveBook', bookId: BOOK, member }, context);
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

  it('is "Process in {word}" when a word is configured', () => {
    const { events } = bookCirculation.decide(
      bookCirculation.evolve(bookCirculation.initial, {
        eventType: 'Added',
        data: { bookId: BOOK, bookNm: 'Emma', authors: [], isbn: null, copyIds: ['copy-1'], status: 'In stock' },
      } as unknown as EventOf<'Added'>),
      { type: 'ReserveBook', bookId: BOOK, member: { userId: 'a', userNm: 'A' } },
      { now: MONDAY, newId: () => 'id', policy: { bookingStatus: 'Process in Shipping', pickupDays: 3 } },
    );
    expect(events[0]).toMatchObject({ data: { status: 'Process in Shipping' } });
  });

  it('keeps its promises whatever its readers do, in any order', () => {
    const member = fc.constantFrom('alice', 'bob', 'carol', 'dan');
    const step = fc.oneof(
      fc.record({ do: fc.constant('reserve' as const), member }),
      fc.record({ do: fc.constant('rent' as const), member }),
      fc.record({ do: fc.constant('return' as const), member }),
      fc.record({ do: fc.constant('cancel' as const), member }),
      fc.record({ do: fc.constant('wait' as const), member }),
      fc.record({ do: fc.constant('withdraw' as const), member }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const emma = library(['copy-1', 'copy-2']);
        let now = MONDAY.getTime();
        steps.forEach((one, index) => {
          const before = emma.state;
          const { copies, queue } = before;
          if (one.do === 'reserve') emma.reserve(one.member);
          if (one.do === 'rent') emma.rent(one.member, `rental-${String(index)}`);
          if (one.do === 'cancel') {
            const open = queue.find(({ userId }) => userId === one.member);
            if (open) emma.cancel(open.reservationId);
          }
          if (one.do === 'return') {
            const out = copies.find((copy) => copy.state === 'ON_LOAN' && copy.userId === one.member);
            if (out?.state === 'ON_LOAN') emma.returned(one.member, out.rentalId);
          }
          if (one.do === 'wait') emma.setNow(new Date((now += 40 * 3_600_000)));
          if (one.do === 'withdraw') emma.withdraw('copy-2');
          expectSound(emma.state);
        });
      }),
      { numRuns: 300 },
    );
  });
});

/** What must hold in every state: see "Always true" in the design of the domain. */
function expectSound({ copies, queue }: BookCirculation): void {
  for (const copy of copies) {
    const holders = queue.filter(({ ready }) => ready?.copyId === copy.copyId);
    expect(holders).toHaveLength(copy.state === 'HELD' ? 1 : 0);
    if (copy.state === 'HELD') expect(holders[0]?.reservationId).toBe(copy.reservationId);
  }
  const tickets = queue.map(({ ticket }) => ticket);
  expect(tickets).toEqual([...tickets].sort((one, other) => one - other));
  const firstWaiting = queue.findIndex(({ ready }) => ready === null);
  const freeCopies = copies.filter(({ state }) => state === 'IN_STOCK');
  if (firstWaiting !== -1) {
    expect(freeCopies).toEqual([]);
    expect(queue.slice(firstWaiting).every(({ ready }) => ready === null)).toBe(true);
  }
  expect(new Set(queue.map(({ userId }) => userId)).size).toBe(queue.length);
}
