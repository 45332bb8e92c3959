import { given } from '@rentalbook/decider/given';
import { bookRentals } from '../src/domain/book-rentals';

const policy = { loanDays: 15, requestTimeoutMs: 30_000 };
const ASKED = Date.parse('2026-03-02T09:00:00.000Z');
const IN_TIME = new Date(ASKED + 29_999);
const DUE = new Date(ASKED + 30_000);
const alice = { userId: 'alice', userNm: 'Alice' };
const rent = { type: 'RentBook', member: alice } as const;

/** A title that Alice asked to rent, at a later time. */
function requested(now: Date) {
  const title = given(bookRentals, { key: 'book-1', policy, now: new Date(ASKED), ids: 'rental' });
  title.whenConsumed('Added', { bookId: 'book-1', bookNm: 'Emma', copyIds: ['copy-1'] });
  title.when(rent);
  title.setNow(now);
  return title;
}
const answered = (title: ReturnType<typeof requested>): readonly string[] =>
  title
    .whenConsumed('Checked', { rentalId: 'rental-1', userId: 'alice', copyId: 'copy-1' })
    .map(({ eventType }) => eventType);

describe('a request to rent', () => {
  it('is due once RENT_REQUEST_TIMEOUT has passed, and not before', () => {
    expect(requested(IN_TIME).nextDeadline).toBe(DUE.toISOString());
    expect(requested(IN_TIME).whenExpired()).toEqual([]);
    expect(requested(DUE).whenExpired()).toMatchObject([
      { eventType: 'Rejected', data: { rentalId: 'rental-1', userId: 'alice', code: 'REQUEST_TIMED_OUT' } },
    ]);
  });

  it('begins with an answer that comes in time, and is due no more', () => {
    const title = requested(IN_TIME);
    expect(answered(title)).toEqual(['Loaned']);
    expect(title.nextDeadline).toBeNull();
  });

  it('is rejected, and begins nothing, when the answer comes too late and no timer has run', () => {
    expect(answered(requested(DUE))).toEqual(['Rejected']);
  });

  it('makes room for another one when it has run out of time', () => {
    expect(
      requested(DUE)
        .when(rent)
        .events.map(({ eventType }) => eventType),
    ).toEqual(['Rejected', 'Rentaled']);
  });
});
