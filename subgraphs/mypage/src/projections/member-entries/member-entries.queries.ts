import type { Page } from '@rentalbook/service-kit';
import { trusted } from 'mongoose';
import type { MemberEntryModels, RentalDocument, ReservationDocument } from './member-entries.model';
import { entryOfRental, entryOfReservation, type MemberEntry } from './member-entry';

/** Where an entry stands in a member's list: the id of the document it is anchored at, which is ordered by time. */
export interface EntryPosition {
  readonly anchor: string;
}
export type PlacedEntry = MemberEntry & EntryPosition;

export interface MemberCounts {
  readonly active: number;
  readonly waiting: number;
  readonly overdue: number;
}

/** What is asked of a member's page. */
export interface MemberEntries {
  /** Newest first, one more than asked for. */
  page(
    memberId: string,
    page: Page<EntryPosition>,
    status: readonly string[] | undefined,
  ): Promise<readonly PlacedEntry[]>;
  counts(memberId: string): Promise<MemberCounts>;
  /** The tickets of all who wait for one of these books. */
  waitingTickets(bookIds: readonly string[]): Promise<readonly { readonly bookId: string; readonly ticket: number }[]>;
}

/**
 * A member's entries come from two collections, each read from an index and no further than the page needs: reservations
 * that no copy was given out for, and rentals. A fulfilled reservation is part of its rental's entry.
 */
export function memberEntriesIn({ reservations, rentals }: MemberEntryModels): MemberEntries {
  const openOrGivenUp = async (
    memberId: string,
    { first, after }: Page<EntryPosition>,
    status: readonly string[] | undefined,
  ): Promise<readonly PlacedEntry[]> => {
    const wanted = reservationStatuses.filter(([shown]) => status?.includes(shown) ?? true).map(([, stored]) => stored);
    if (wanted.length === 0) return [];
    const found = await reservations
      .find({ memberId, 'reserve.status': trusted({ $in: wanted }), ...isBefore(after) })
      .sort({ _id: -1 })
      .limit(first + 1)
      .lean<ReservationDocument[]>();
    return found.map((reservation) => ({ ...entryOfReservation(reservation), anchor: reservation._id }));
  };

  const rented = async (
    memberId: string,
    { first, after }: Page<EntryPosition>,
    status: readonly string[] | undefined,
  ): Promise<readonly PlacedEntry[]> => {
    const filter = rentalFilter(status);
    if (!filter) return [];
    const found = await rentals.aggregate<RentalDocument & { now: Date }>([
      { $match: { memberId, ...(after && { _id: { $lt: after.anchor } }), ...filter } },
      { $sort: { _id: -1 } },
      { $limit: first + 1 },
      { $addFields: { now: '$$NOW' } },
    ]);
    const origins = await originsOf(found);
    return found
      .map((rental) => ({
        ...entryOfRental(rental, origins.get(rental.reserve?.reservationId ?? ''), rental.now),
        anchor: rental._id,
      }))
      .filter((entry) => status?.includes(entry.status) ?? true);
  };

  const originsOf = async (found: readonly RentalDocument[]): Promise<ReadonlyMap<string, ReservationDocument>> => {
    const ids = found.flatMap(({ reserve }) => (reserve?.reservationId === undefined ? [] : [reserve.reservationId]));
    if (ids.length === 0) return new Map();
    const origins = await reservations.find({ _id: trusted({ $in: ids }) }).lean<ReservationDocument[]>();
    return new Map(origins.map((origin) => [origin._id, origin]));
  };

  return {
    async page(memberId, page, status) {
      const parts = await Promise.all([openOrGivenUp(memberId, page, status), rented(memberId, page, status)]);
      const newestFirst = parts.flat().sort((one, other) => (one.anchor < other.anchor ? 1 : -1));
      return newestFirst.slice(0, page.first + 1);
    },

    async counts(memberId) {
      const [waiting, out] = await Promise.all([
        reservations.countDocuments({ memberId, 'reserve.status': 'WAITING' }),
        rentals.aggregate<{ rental: { dueAt: string }; now: Date }>([
          { $match: { memberId, 'rental.phase': 'ACTIVE' } },
          { $addFields: { now: '$$NOW' } },
          { $project: { 'rental.dueAt': 1, now: 1 } },
        ]),
      ]);
      const overdue = out.filter(({ rental, now }) => rental.dueAt <= now.toISOString());
      return { active: out.length, waiting, overdue: overdue.length };
    },

    async waitingTickets(bookIds) {
      const waiting = await reservations
        .find(
          { bookId: trusted({ $in: [...bookIds] }), 'reserve.status': 'WAITING' },
          { bookId: 1, 'reserve.ticket': 1 },
        )
        .lean<Pick<ReservationDocument, 'bookId' | 'reserve'>[]>();
      return waiting.map(({ bookId, reserve }) => ({ bookId, ticket: reserve.ticket ?? 0 }));
    },
  };
}

const reservationStatuses = [
  ['BOOKING', 'WAITING'],
  ['READY', 'READY'],
  ['CANCELLED', 'CANCELLED'],
  ['EXPIRED', 'EXPIRED'],
] as const;

/** What the stored parts of a rental look like for each status; narrows the read, the derived status decides. */
const rentalFilters: ReadonlyMap<string, object> = new Map(
  Object.entries({
    START_RENTAL: { 'rental.phase': 'REQUESTED', reserve: { $exists: false } },
    REJECTED: { $or: [{ 'rental.phase': 'REJECTED' }, { 'reserve.decision': 'REFUSED' }] },
    ON_RENTAL: { 'reserve.decision': 'CHECKED', 'rental.phase': { $nin: ['RETURNED', 'REJECTED'] } },
    OVERDUE: { 'rental.phase': 'ACTIVE' },
    RETURN_COMPLETE: { $or: [{ 'rental.phase': 'RETURNED' }, { 'reserve.back': true }] },
  }),
);

/** Undefined when no rental can have one of the statuses. */
function rentalFilter(status: readonly string[] | undefined): object | undefined {
  if (!status) return {};
  const filters = status.flatMap((one) => rentalFilters.get(one) ?? []);
  return filters.length === 0 ? undefined : { $or: filters };
}

const isBefore = (after: EntryPosition | undefined) => (after ? { _id: trusted({ $lt: after.anchor }) } : {});
