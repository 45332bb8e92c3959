import type { EntryStatus, MemberEntry, Step } from '../../application/views';
import type { RentalDocument, ReservationDocument } from './member-entries.model';

/** An entry that no rental belongs to. */
export function entryOfReservation(reservation: ReservationDocument): MemberEntry {
  const { reserve } = reservation;
  const status = reservationStatus[reserve.status];
  return {
    id: reservation._id,
    bookId: reservation.bookId,
    bookTitle: reservation.bookTitle ?? '',
    reservationId: reservation._id,
    rentalId: null,
    status,
    word: status === 'BOOKING' || status === 'READY' ? reserve.statusText : undefined,
    waitingTicket: reserve.status === 'WAITING' ? (reserve.ticket ?? null) : null,
    pickupBy: reserve.status === 'READY' ? (reserve.pickupBy ?? null) : null,
    dueAt: null,
    loanedUntil: null,
    updatedAt: reserve.updatedAt,
    history: historyOf(reservation),
  };
}

/** Whether a rental is an entry: a request that was refused on a reservation is a step of that reservation instead. */
export const isEntry = ({ reserve }: RentalDocument): boolean => reserve?.decision !== 'REFUSED_ON_RESERVATION';

/** Whether an entry is listed without a status filter: a rejected request without a reservation is not. */
export const isListedByDefault = ({ status, reservationId }: Pick<MemberEntry, 'status' | 'reservationId'>): boolean =>
  status !== 'REJECTED' || reservationId !== null;

/** Both of a rental, without the rest of its entry. */
export const isListed = (rental: RentalDocument, now: Date): boolean =>
  isEntry(rental) && isListedByDefault({ status: rentalStatus(rental, now), reservationId: reservationIdOf(rental) });

/** An entry with a rental: the reservation's own once Reserve gave the copy out, until then the rental's. */
export function entryOfRental(
  rental: RentalDocument,
  reservation: ReservationDocument | undefined,
  now: Date,
): MemberEntry {
  const status = rentalStatus(rental, now);
  const reservationId = reservationIdOf(rental);
  return {
    id: reservationId ?? rental._id,
    bookId: rental.bookId,
    bookTitle: rental.bookTitle ?? reservation?.bookTitle ?? '',
    reservationId,
    rentalId: rental._id,
    status,
    word: undefined,
    waitingTicket: null,
    pickupBy: null,
    dueAt: status === 'ON_RENTAL' || status === 'OVERDUE' ? (rental.rental?.dueAt ?? null) : null,
    loanedUntil: rental.rental?.dueAt ?? null,
    updatedAt: [rental.rental?.updatedAt, rental.reserve?.updatedAt].reduce<string>(later, ''),
    history: historyOf(reservation, rental),
  };
}

const reservationIdOf = ({ reserve }: RentalDocument): string | null =>
  reserve?.decision === 'CHECKED' ? (reserve.reservationId ?? null) : null;

const reservationStatus: Record<ReservationDocument['reserve']['status'], EntryStatus> = {
  WAITING: 'BOOKING',
  READY: 'READY',
  CANCELLED: 'CANCELLED',
  EXPIRED: 'EXPIRED',
  FULFILLED: 'ON_RENTAL',
};

/** Whichever of the two sources got further decides; either may be consumed first. */
export function rentalStatus({ rental, reserve }: RentalDocument, now: Date): EntryStatus {
  if (rental?.phase === 'REJECTED') return 'REJECTED';
  if (rental?.phase === 'RETURNED' || reserve?.back) return 'RETURN_COMPLETE';
  if (reserve?.decision === 'REFUSED') return 'REJECTED';
  if (rental?.phase === 'ACTIVE') return (rental.dueAt ?? '') > now.toISOString() ? 'ON_RENTAL' : 'OVERDUE';
  return reserve?.decision === 'CHECKED' ? 'ON_RENTAL' : 'START_RENTAL';
}

const later = (one: string, other: string | undefined): string => (other !== undefined && other > one ? other : one);

/** Steps of one instant are shown in the order in which a reservation and its rental pass through them. */
const course = [
  'Subscribed',
  'Ready',
  'Cancelled',
  'Expired',
  'Rentaled',
  'Checked',
  'Refused',
  'Rejected',
  'Loaned',
  'Returned',
  'ReturnedBook',
];

function historyOf(...documents: readonly (ReservationDocument | RentalDocument | undefined)[]): readonly Step[] {
  const steps = documents.flatMap((document) => Object.values(document?.history ?? {}));
  return steps.sort((one, other) =>
    one.at === other.at ? course.indexOf(one.event) - course.indexOf(other.event) : one.at < other.at ? -1 : 1,
  );
}
