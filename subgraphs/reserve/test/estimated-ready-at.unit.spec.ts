import { collectParts } from '@rentalbook/service-kit';
import type { GraphQLResolveInfo } from 'graphql';
import { estimatedReadyAt, type QueueOutlook } from '../src/application/queue-outlook';
import type { ReservationView } from '../src/application/views';
import type { Context } from '../src/context';
import { Reservation } from '../src/resolvers/Reservation';
import { BOOK, MONDAY } from './library';

const HOUR_MS = 60 * 60 * 1_000;
const inHours = (hours: number): string => new Date(MONDAY.getTime() + hours * HOUR_MS).toISOString();

/** The first copy is overdue, the second is due at the instant of the read, the third an hour after it. */
const outlook: QueueOutlook = { waiting: [4, 5, 6, 7], dueDates: [inHours(-30), inHours(0), inHours(1)] };

describe('the estimate of when a copy is free', () => {
  it.each([
    [1, 'null where the copy is overdue', null],
    [2, 'null where the copy is due at this instant', null],
    [3, 'the due date of the copy', inHours(1)],
    [4, 'null where the copy is not out yet', null],
  ])('is, for position %i, %s', (position, _what, expected) => {
    expect(estimatedReadyAt(position, outlook, MONDAY)).toBe(expected);
  });

  it.each([
    [6, 'Reservation', HOUR_MS],
    [6, 'Book', HOUR_MS],
    [4, 'Reservation', undefined],
  ])('of ticket %i keeps an answer about the %s valid until that date', async (ticket, typename, validMs) => {
    const parts = collectParts();
    const [reservationId, member] = ['reservation-1', 'alice'];
    const id = typename === 'Book' ? BOOK : reservationId;
    parts.note(`${typename} ${id}`, { tags: ['book'] });
    const view: ReservationView = {
      ...{ _id: reservationId, userId: member, userNm: member, bookId: BOOK, ticket, seq: 1 },
      ...{ status: 'WAITING', statusText: 'Booking', pickupBy: null, reason: null },
      ...{ createdAt: inHours(-1), updatedAt: inHours(-1) },
    };
    const context = { parts, now: () => MONDAY, loaders: { outlook: { load: () => Promise.resolve(outlook) } } };
    const resolve = Reservation.estimatedReadyAt;
    if (typeof resolve !== 'function') throw new Error('the field has a resolver');
    await resolve(view, {}, context as unknown as Context, {} as GraphQLResolveInfo);

    const { extensions } = parts.extensions(
      { _entities: [{}] },
      { representations: [{ __typename: typename, id }] },
      { consumer: 'reserve', isUpToDate: true },
    );
    const [part] = extensions.cacheParts['entities'] as { readonly validMs?: number }[];
    expect(part?.validMs).toBe(validMs);
  });
});
