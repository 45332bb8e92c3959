import type { GuardedUpsert } from '@rentalbook/read-models';
import { type EventOf, refusalCodeOf, type RentalbookEvent } from '@rentalbook/event-contracts';
import { catalogues, reasonCodeOf, rejectionWithText, ruleCodeOf, stepOf } from '@rentalbook/sentences';
import type { RentalDocument, ReservationDocument } from './member-entries.model';
import type { Step } from '../../application/views';

/** The changes by an event of the two kinds of view documents that member entries are joined from. */
export interface EntryChanges {
  readonly reservations: readonly GuardedUpsert[];
  readonly rentals: readonly GuardedUpsert[];
}

type ReservationPart = Omit<ReservationDocument['reserve'], 'seq' | 'updatedAt'>;
type RentalPart = Omit<NonNullable<RentalDocument['rental']>, 'seq' | 'updatedAt'>;
type DecisionPart = Omit<NonNullable<RentalDocument['reserve']>, 'seq' | 'updatedAt'>;

export type EntryHandler<Type extends RentalbookEvent['eventType']> = (event: EventOf<Type>) => EntryChanges;

/** What a step shows: its English sentence, for replicas of the release before, and the facts that it is rendered from. */
type Shown = Pick<Step, 'statusText' | 'facts'>;

const aboutReservation = (
  event: RentalbookEvent & { data: { reservationId: string; userId: string; bookId: string } },
  shown: Shown,
  part: Partial<ReservationPart>,
  facts: { bookTitle?: string } = {},
): EntryChanges => ({ reservations: [change(event, event.data.reservationId, shown, part, facts)], rentals: [] });

const aboutRental = (
  event: RentalbookEvent & { data: { rentalId: string; userId: string; bookId: string } },
  shown: Shown,
  part: RentalPart | DecisionPart,
  facts: { bookTitle?: string } = {},
): EntryChanges => ({ reservations: [], rentals: [change(event, event.data.rentalId, shown, part, facts)] });

/** Each source writes a part of its own, guarded by its own sequence: there is no order between Rental and Reserve. */
function change(
  { source, sequence, eventType, timestamp, data }: RentalbookEvent & { data: { userId: string; bookId: string } },
  id: string,
  shown: Shown | undefined,
  part: object,
  facts: object,
): GuardedUpsert {
  const fields: Record<string, unknown> = { ...part, updatedAt: timestamp };
  const own = Object.entries(fields).map(([field, value]): [string, unknown] => [`${source}.${field}`, value]);
  const step = shown !== undefined && {
    [`history.${source}-${String(sequence).padStart(12, '0')}`]: { event: eventType, ...shown, at: timestamp },
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
  const shown = stepOf('Subscribed', { word: status });
  return aboutReservation(event, shown, { status: 'WAITING', statusText: status, ticket }, { bookTitle: bookNm });
};

export const ready: EntryHandler<'Ready'> = (event) =>
  aboutReservation(event, stepOf('Ready', {}), { status: 'READY', pickupBy: event.data.pickupBy });

export const cancelled: EntryHandler<'Cancelled'> = (event) =>
  aboutReservation(event, cancellation(event), { status: 'CANCELLED', pickupBy: null });

/** The member knows their own reason; one of the service or of a librarian is news. */
function cancellation(event: EventOf<'Cancelled'>): Shown {
  if (!isReasonNews(event)) return stepOf('Cancelled', {});
  const { reason } = event.data;
  const reasonCode = reasonCodeOf(event.data);
  return stepOf('Cancelled', reasonCode ? { reasonCode } : { reason });
}

/**
 * Releases before gave the code NO_LONGER_NEEDED, and the first one its sentence alone, also where a librarian wrote no reason. A member
 * may have the name of the service as their id, so that of an event without a code, the reason counts as well.
 */
function isReasonNews({ source, data }: EventOf<'Cancelled'>): boolean {
  const { reason, reasonCode, by, userId } = data;
  if (reasonCode !== undefined) return reasonCode !== 'NO_LONGER_NEEDED';
  if (by !== userId) return reason !== catalogues.en.reasons.NO_LONGER_NEEDED;
  return by === source && reasonCodeOf(data) !== undefined;
}

export const expired: EntryHandler<'Expired'> = (event) =>
  aboutReservation(event, stepOf('Expired', {}), { status: 'EXPIRED', pickupBy: null });

/** The one event that names both: the reservation is fulfilled, and the rental learns where it came from. */
export const checked: EntryHandler<'Checked'> = (event) => {
  const { status, rentalId, reservationId } = event.data;
  const link: DecisionPart = { decision: 'CHECKED', reservationId };
  return {
    ...aboutReservation(event, stepOf('Checked', { word: status }), { status: 'FULFILLED', pickupBy: null }),
    rentals: [change(event, rentalId, undefined, link, {})],
  };
};

/** A step of the reservation that the decision rests on; only a request without a reservation is an entry of its own. */
export const refused: EntryHandler<'Refused'> = (event) => {
  const { data } = event;
  const { rentalId, reservationId } = data;
  const [shown, code] = [rejection(event), refusalCodeOf(data)];
  if (reservationId === undefined) return aboutRental(event, shown, { decision: 'REFUSED', refused: code });
  const link: DecisionPart = { decision: 'REFUSED_ON_RESERVATION', reservationId, refused: code };
  return {
    ...aboutReservation({ ...event, data: { ...data, reservationId } }, shown, {}),
    rentals: [change(event, rentalId, undefined, link, {})],
  };
};

/** A rule without a code is of an event that an earlier release published. */
function rejection({ eventType, data }: EventOf<'Refused'> | EventOf<'Rejected'>): Shown {
  const ruleCode = ruleCodeOf(data);
  return ruleCode ? stepOf(eventType, { ruleCode }) : rejectionWithText(data.rule);
}

export const rentaled: EntryHandler<'Rentaled'> = (event) =>
  aboutRental(
    event,
    stepOf('Rentaled', { word: event.data.status }),
    { phase: 'REQUESTED' },
    { bookTitle: event.data.bookNm },
  );

export const loaned: EntryHandler<'Loaned'> = (event) => {
  const { dueAt } = event.data;
  return aboutRental(event, stepOf('Loaned', { dueOn: dueAt.slice(0, 10) }), { phase: 'ACTIVE', dueAt });
};

export const rejected: EntryHandler<'Rejected'> = (event) =>
  aboutRental(event, rejection(event), { phase: 'REJECTED' });

export const returned: EntryHandler<'Returned'> = (event) =>
  aboutRental(event, stepOf('Returned', {}), { phase: 'RETURNED' }, { bookTitle: event.data.bookNm });

export const returnedBook: EntryHandler<'ReturnedBook'> = (event) =>
  aboutRental(
    event,
    stepOf('ReturnedBook', { word: event.data.status }),
    { decision: 'CHECKED', back: true },
    { bookTitle: event.data.bookNm },
  );
