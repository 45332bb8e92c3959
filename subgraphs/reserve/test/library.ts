import { given } from '@rentalbook/decider/given';
import type { BodyOf, EventOf } from '@rentalbook/event-contracts';
import { bookCirculation, type CirculationCommand, type OwnEvent } from '../src/domain/book-circulation';

export type Body = BodyOf<OwnEvent>;
export const BOOK = 'book-1';
export const policy = { bookingStatus: 'Booking', pickupDays: 3 };
export const at = (iso: string): Date => new Date(iso);
export const MONDAY = at('2026-03-02T09:00:00.000Z');
export const THURSDAY_LATER = at('2026-03-05T09:00:00.001Z');

/** One title, driven by commands and consumed events, with fixed time and counted ids. */
export function library(copyIds: readonly string[]) {
  const title = given(bookCirculation, { key: BOOK, policy, now: MONDAY, ids: 'id' });
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
    reserve: (userId: string) => execute({ type: 'ReserveBook', member: { userId, userNm: userId } }),
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
export const returnOf = (userId: string, rentalId: string): EventOf<'Returned'>['data'] => ({
  rentalId,
  userId,
  userNm: userId,
  bookId: BOOK,
  bookNm: 'Emma',
  copyId: 'copy-1',
  returnedAt: MONDAY.toISOString(),
});
export const types = (events: readonly Body[]): string[] => events.map(({ eventType }) => eventType);
export const refusalOf = (decision: { outcome: object }): unknown =>
  'refused' in decision.outcome ? (decision.outcome.refused as { code: string }).code : undefined;
