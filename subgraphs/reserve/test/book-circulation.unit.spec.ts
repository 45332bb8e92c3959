import type { EventOf } from '@rentalbook/event-contracts';
import { bookCirculation } from '../src/domain/book-circulation';
import { BOOK, MONDAY, THURSDAY_LATER, at, library, refusalOf, types } from './library';
import './promises.cases';
import './without-copies.cases';

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

  it.each([
    ['no longer needed where the member cancels', 'alice', undefined, { reasonCode: 'NO_LONGER_NEEDED' }],
    ['the library’s where another cancels', 'libby', undefined, { reasonCode: 'CANCELLED_BY_THE_LIBRARY' }],
    ['what the member wrote', 'alice', 'moved', { reason: 'moved' }],
    ['what another wrote', 'libby', 'The copy is damaged', { reason: 'The copy is damaged' }],
  ])('gives as the reason of a cancellation %s', (_what, by, reason, expected) => {
    const emma = library(['copy-1']);
    emma.reserve('alice');
    const { reservationId = '' } = emma.state.queue[0] ?? {};
    const { events } = emma.execute({ type: 'CancelReservation', reservationId, by, reason });
    expect(events).toEqual([
      { eventType: 'Cancelled', data: { reservationId, userId: 'alice', bookId: BOOK, by, ...expected } },
    ]);
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

  it('is "Process in {word}" when a word is configured', () => {
    const { events } = bookCirculation.decide(
      bookCirculation.evolve(bookCirculation.initial, {
        eventType: 'Added',
        data: { bookId: BOOK, bookNm: 'Emma', authors: [], isbn: null, copyIds: ['copy-1'], status: 'In stock' },
      } as unknown as EventOf<'Added'>),
      { type: 'ReserveBook', member: { userId: 'a', userNm: 'A' } },
      { key: BOOK, now: MONDAY, newId: () => 'id', policy: { bookingStatus: 'Process in Shipping', pickupDays: 3 } },
    );
    expect(events[0]).toMatchObject({ data: { status: 'Process in Shipping' } });
  });
});
