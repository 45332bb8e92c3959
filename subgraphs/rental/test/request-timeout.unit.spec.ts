import type { EventOf } from '@rentalbook/event-contracts';
import { bookRentals, type BookRentals, type HandledEventType } from '../src/domain/book-rentals';

const policy = { loanDays: 15, requestTimeoutMs: 30_000 };
const ASKED = Date.parse('2026-03-02T09:00:00.000Z');
const IN_TIME = ASKED + 29_999;
const DUE = ASKED + 30_000;
const at = (ms: number) => ({ now: new Date(ms), policy, newId: () => 'rental-1' });
const alice = { userId: 'alice', userNm: 'Alice' };
const consumed = (eventType: HandledEventType, data: object) =>
  ({ eventType, data }) as unknown as EventOf<HandledEventType>;
const checked = consumed('Checked', { rentalId: 'rental-1', userId: 'alice', copyId: 'copy-1' });

/** A title that Alice asked to rent. */
function requested(): BookRentals {
  const added = consumed('Added', { bookId: 'book-1', bookNm: 'Emma', copyIds: ['copy-1'] });
  const known = bookRentals.evolve(bookRentals.initial, added);
  const { events } = bookRentals.decide(known, { type: 'RentBook', bookId: 'book-1', member: alice }, at(ASKED));
  return events.reduce(bookRentals.evolve, known);
}
const answer = (event: EventOf<HandledEventType>, ms: number): readonly string[] =>
  bookRentals.react(bookRentals.evolve(requested(), event), event, at(ms)).map(({ eventType }) => eventType);

describe('a request to rent', () => {
  it('is due once RENT_REQUEST_TIMEOUT has passed, and not before', () => {
    expect(bookRentals.nextDeadline(requested())).toBe(new Date(DUE).toISOString());
    expect(bookRentals.expire(requested(), at(IN_TIME))).toEqual([]);
    expect(bookRentals.expire(requested(), at(DUE))).toMatchObject([
      { eventType: 'Rejected', data: { rentalId: 'rental-1', userId: 'alice', code: 'REQUEST_TIMED_OUT' } },
    ]);
  });

  it('begins with an answer that comes in time, and is due no more', () => {
    expect(answer(checked, IN_TIME)).toEqual(['Loaned']);
    const loaned = bookRentals.react(requested(), checked, at(IN_TIME)).reduce(bookRentals.evolve, requested());
    expect(bookRentals.nextDeadline(loaned)).toBeNull();
  });

  it('is rejected, and begins nothing, when the answer comes too late and no timer has run', () => {
    expect(answer(checked, DUE)).toEqual(['Rejected']);
  });

  it('makes room for another one when it has run out of time', () => {
    const command = { type: 'RentBook', bookId: 'book-1', member: alice } as const;
    const { events } = bookRentals.decide(requested(), command, at(DUE));
    expect(events.map(({ eventType }) => eventType)).toEqual(['Rejected', 'Rentaled']);
  });
});
