import type { EntryStatus } from '../../application/views';

/** The conditions of stored documents; each is answered by one part of an index, newest first. */
export type Filter = Readonly<Record<string, unknown>>;

const oneOf = (...values: readonly (string | null)[]) => ({ $in: values });
const undecided = oneOf(null, 'REQUESTED');
const open = oneOf(null, 'REQUESTED', 'ACTIVE');
/** Those of entries; named, because an index gives an order only where each field before it is fixed. */
const any = oneOf(null, 'CHECKED', 'REFUSED');

/** The copy was not refused by Reserve, and Reserve does not have it back. */
const granted: Filter = { 'reserve.decision': oneOf(null, 'CHECKED'), 'reserve.back': null };

const reservationFilters: Partial<Record<EntryStatus, string>> = {
  BOOKING: 'WAITING',
  READY: 'READY',
  CANCELLED: 'CANCELLED',
  EXPIRED: 'EXPIRED',
};

/**
 * The stored fields of a rental for each status that `entryOfRental` derives, exactly: a page is cut from the result, so a
 * filter that matches one too many would leave the page short. No document fits two.
 */
const rentalFilters: Partial<Record<EntryStatus, (now: string) => readonly Filter[]>> = {
  START_RENTAL: () => [{ 'rental.phase': undecided, 'reserve.decision': null, 'reserve.back': null }],
  ON_RENTAL: (now) => [
    { 'rental.phase': 'ACTIVE', ...granted, 'rental.dueAt': { $gt: now } },
    { 'rental.phase': undecided, ...granted, 'reserve.decision': 'CHECKED' },
  ],
  OVERDUE: (now) => [{ 'rental.phase': 'ACTIVE', ...granted, 'rental.dueAt': { $lte: now } }],
  RETURN_COMPLETE: () => [
    { 'rental.phase': 'RETURNED', 'reserve.decision': any },
    { 'rental.phase': open, 'reserve.decision': 'CHECKED', 'reserve.back': true },
  ],
  REJECTED: () => [
    { 'rental.phase': 'REJECTED', 'reserve.decision': any },
    { 'rental.phase': open, 'reserve.decision': 'REFUSED', 'reserve.back': null },
  ],
};

/** Reservations that are entries of their own and have one of the statuses; a fulfilled one is part of its rental's. */
export function reservationsWith(status: readonly string[] | undefined): readonly Filter[] {
  const wanted = Object.entries(reservationFilters).filter(([shown]) => status?.includes(shown) ?? true);
  return wanted.length === 0 ? [] : [{ 'reserve.status': oneOf(...wanted.map(([, stored]) => stored)) }];
}

/** Every rental that is ON_RENTAL or OVERDUE, and few others: which they are is derived from the document and the time. */
export const outNow: Filter = { 'rental.phase': open, 'reserve.decision': oneOf(null, 'CHECKED') };

/** Rentals that are listed without a status filter: all entries but rejected requests without a reservation, exactly. */
const listedByDefault: readonly Filter[] = [
  outNow,
  { 'rental.phase': 'RETURNED', 'reserve.decision': any },
  { 'rental.phase': 'REJECTED', 'reserve.decision': 'CHECKED', 'reserve.reservationId': { $ne: null } },
];

/** Rentals that have one of the statuses at the given instant, ISO 8601. */
export function rentalsWith(status: readonly string[] | undefined, now: string): readonly Filter[] {
  if (!status) return listedByDefault;
  return Object.entries(rentalFilters).flatMap(([shown, filters]) => (status.includes(shown) ? filters(now) : []));
}
