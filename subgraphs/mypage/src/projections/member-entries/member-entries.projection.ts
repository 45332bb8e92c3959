import type { GuardedUpsert } from '@rentalbook/aggregate-store';
import { refusalCodeOf, type EventOf, type RentalbookEvent } from '@rentalbook/event-contracts';
import type { RentalDocument, ReservationDocument } from './member-entries.model';

/** The changes by an event of the two kinds of view documents that member entries are joined from. */
export interface EntryChanges {
  readonly reservations: readonly GuardedUpsert[];
  readonly rentals: readonly GuardedUpsert[];
}

type ReservationPart = Omit<ReservationDocument['reserve'], 'seq' | 'updatedAt'>;
type RentalPart = Omit<NonNullable<RentalDocument['rental']>, 'seq' | 'updatedAt'>;
type DecisionPart = Omit<NonNullable<RentalDocument['reserve']>, 'seq' | 'updatedAt'>;

export type EntryHandler<Type extends RentalbookEvent['eventType']> = (event: EventOf<Type>) => EntryChanges;

const aboutReservation = (
  event: RentalbookEvent & { data: { reservationId: string; userId: string; bookId: string } },
  statusText: string,
  part: Partial<ReservationPart>,
  facts: { bookTitle?: string } = {},
): EntryChanges => ({ reservations: [change(event, event.data.reservationId, statusText, part, facts)], rentals: [] });

const aboutRental = (
  event: RentalbookEvent & { data: { rentalId: string; userId: string; bookId: string } },
  statusText: string,
  part: RentalPart | DecisionPart,
  facts: { bookTitle?: string } = {},
): EntryChanges => ({ reservations: [], rentals: [change(event, event.data.rentalId, statusText, part, facts)] });

/** Each source writes a part of its own, guarded by its own sequence: there is no order between Rental and Reserve. */
function change(
  { source, sequence, eventType, timestamp, data }: RentalbookEvent & { data: { userId: string; bookId: string } },
  id: string,
  statusText: string | undefined,
  part: object,
  facts: object,
): GuardedUpsert {
  const fields: Record<string, unknown> = { ...part, updatedAt: timestamp };
  const own = Object.entries(fields).map(([field, value]): [string, unknown] => [`${source}.${field}`, value]);
  const step = statusText !== undefined && {
    [`history.${source}-${String(sequence).padStart(12, '0')}`]: { event: eventType, statusText, at: timestamp },
  };
  return {
    id,
    guard: `${source}.seq`,
    sequence,
    set: { memberId: data.userId, bookId: data.bookId, ...facts, ...Object.fromEntries(own), ...step },
  };
}

export const subscribed: EntryHandler<'Subscribed'> = (event) => {
  const { status, ticket, bookNm } = event.data;
  return aboutReservation(event, status, { status: 'WAITING', statusText: status, ticket }, { bookTitle: bookNm });
};

export const ready: EntryHandler<'Ready'> = (event) =>
  aboutReservation(event, 'Ready for pick-up', { status: 'READY', pickupBy: event.data.pickupBy });

export const cancelled: EntryHandler<'Cancelled'> = (event) =>
  aboutReservation(
    event,
    // The member knows their own reason; one of the service is news.
    event.data.by === event.source ? `Cancelled: ${event.data.reason}` : 'Cancelled',
    { status: 'CANCELLED', pickupBy: null },
  );

export const expired: EntryHandler<'Expired'> = (event) =>
  aboutReservation(event, 'Expired', { status: 'EXPIRED', pickupBy: null });

/** The one event that names both: the reservation is fulfilled, and the rental learns where it came from. */
export const checked: EntryHandler<'Checked'> = (event) => {
  const { status, rentalId, reservationId } = event.data;
  const link: DecisionPart = { decision: 'CHECKED', reservationId };
  return {
    ...aboutReservation(event, status, { status: 'FULFILLED', pickupBy: null }),
    rentals: [change(event, rentalId, undefined, link, {})],
  };
};

/** A step of the reservation that the decision rests on; only a request without a reservation is an entry of its own. */
export const refused: EntryHandler<'Refused'> = (event) => {
  const { data } = event;
  const { rentalId, reservationId, rule } = data;
  const [statusText, code] = [`Rejected: ${rule}`, refusalCodeOf(data)];
  if (reservationId === undefined) return aboutRental(event, statusText, { decision: 'REFUSED', refused: code });
  const link: DecisionPart = { decision: 'REFUSED_ON_RESERVATION', reservationId, refused: code };
  return {
    ...aboutReservation({ ...event, data: { ...data, reservationId } }, statusText, {}),
    rentals: [change(event, rentalId, undefined, link, {})],
  };
};

export const rentaled: EntryHandler<'Rentaled'> = (event) =>
  aboutRental(event, event.data.status, { phase: 'REQUESTED' }, { bookTitle: event.data.bookNm });

export const loaned: EntryHandler<'Loaned'> = (event) =>
  aboutRental(event, `Due ${event.data.dueAt.slice(0, 10)}`, { phase: 'ACTIVE', dueAt: event.data.dueAt });

export const rejected: EntryHandler<'Rejected'> = (event) =>
  aboutRental(event, `Rejected: ${event.data.rule}`, { phase: 'REJECTED' });

export const returned: EntryHandler<'Returned'> = (event) =>
  aboutRental(event, 'Brought back', { phase: 'RETURNED' }, { bookTitle: event.data.bookNm });

export const returnedBook: EntryHandler<'ReturnedBook'> = (event) =>
  aboutRental(event, event.data.status, { decision: 'CHECKED', back: true }, { bookTitle: event.data.bookNm });
