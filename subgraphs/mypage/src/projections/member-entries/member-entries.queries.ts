import { keyRange, type Bound, type Slice } from '@rentalbook/service-kit';
import { trusted } from 'mongoose';
import { rentalsWith, reservationsWith } from './member-entries.filters';
import type { MemberEntryModels, RentalDocument, ReservationDocument } from './member-entries.model';
import { entryOfRental, entryOfReservation, isListed, type MemberEntry } from './member-entry';

/** The position of an entry in a member's list: the id of its anchor document, which is ordered by time. */
export interface EntryPosition {
  readonly anchor: string;
}
export type PlacedEntry = MemberEntry & EntryPosition;

export interface MemberCounts {
  readonly active: number;
  readonly waiting: number;
  readonly overdue: number;
}

/** A place in the queue of a book. */
export interface WaitingTicket {
  readonly bookId: string;
  readonly ticket: number;
}

/** The filter of entries, and the selected parts. */
export interface WantedEntries {
  /** Those with one of these; without it all but rejected requests without a reservation. */
  readonly status?: readonly string[] | undefined;
  /** Whether their history is read, which is the largest part of them. */
  readonly history: boolean;
}

/** The queries of a member's page. Their cost depends on the size of the result, not on that of the list. */
export interface MemberEntries {
  /** A slice of the list, which has the newest entry first. */
  slice(memberId: string, slice: Slice<EntryPosition>, wanted: WantedEntries): Promise<readonly PlacedEntry[]>;
  counts(memberId: string): Promise<MemberCounts>;
  /** How many wait for the book with a smaller ticket. */
  waitingBefore(place: WaitingTicket): Promise<number>;
}

/**
 * A member's entries come from two collections, each read from an index and no further than the page needs: reservations
 * that no copy was given out for, and rentals. A fulfilled reservation is part of its rental's entry.
 */
export function memberEntriesIn(
  { reservations, rentals }: MemberEntryModels,
  databaseNow: () => Promise<Date>,
): MemberEntries {
  const openOrGivenUp = async (
    memberId: string,
    slice: Slice<EntryPosition>,
    { status, history }: WantedEntries,
  ): Promise<readonly PlacedEntry[]> => {
    const found = await Promise.all(
      reservationsWith(status).map((filter) =>
        reservations
          .find({ memberId, ...filter, ...anchoredIn(slice) }, shownOf(history))
          .sort({ _id: orderOf(slice) })
          .limit(slice.limit)
          .lean<ReservationDocument[]>(),
      ),
    );
    return found.flat().map((reservation) => ({
      ...entryOfReservation(reservation),
      ...(!history && unread),
      anchor: reservation._id,
    }));
  };

  const rented = async (
    memberId: string,
    slice: Slice<EntryPosition>,
    { status, history }: WantedEntries,
  ): Promise<readonly PlacedEntry[]> => {
    const read = (filter: Readonly<Record<string, unknown>>) =>
      rentals.aggregate<RentalDocument & { readonly now: Date }>([
        { $match: { memberId, ...filter, ...anchoredIn(slice) } },
        { $sort: { _id: orderOf(slice) } },
        { $limit: slice.limit },
        ...(history ? [] : [{ $unset: 'history' }]),
        { $addFields: { now: '$$NOW' } },
      ]);
    if (status === undefined) {
      // Nearly always all rentals of the slice are listed: one command finds them, and the time with them.
      const all = await read({});
      const [first] = all;
      if (!first) return [];
      const listed = all.filter((rental) => isListed(rental, first.now));
      const isWhole = listed.length === all.length || all.length < slice.limit;
      if (isWhole) return placed(listed, first.now, history);
    }
    const now = await databaseNow();
    const found = await Promise.all(rentalsWith(status, now.toISOString()).map(read));
    return placed(found.flat(), now, history);
  };

  /** A rental's reservation has a part of its history, and the title while Rental's events have not been applied. */
  const placed = async (
    found: readonly RentalDocument[],
    now: Date,
    history: boolean,
  ): Promise<readonly PlacedEntry[]> => {
    const origins = await originsOf(
      found.filter(({ bookTitle }) => history || bookTitle === undefined),
      history,
    );
    return found.map((rental) => ({
      ...entryOfRental(rental, origins.get(rental.reserve?.reservationId ?? ''), now),
      ...(!history && unread),
      anchor: rental._id,
    }));
  };

  const originsOf = async (
    found: readonly RentalDocument[],
    history: boolean,
  ): Promise<ReadonlyMap<string, ReservationDocument>> => {
    const ids = found.flatMap(({ reserve }) => (reserve?.reservationId === undefined ? [] : [reserve.reservationId]));
    if (ids.length === 0) return new Map();
    const origins = await reservations
      .find({ _id: trusted({ $in: ids }) }, shownOf(history))
      .lean<ReservationDocument[]>();
    return new Map(origins.map((origin) => [origin._id, origin]));
  };

  const countRentals = async (memberId: string, status: readonly string[], now: Date): Promise<number> => {
    const filters = rentalsWith(status, now.toISOString());
    const counts = await Promise.all(filters.map((filter) => rentals.countDocuments({ memberId, ...filter })));
    return counts.reduce((sum, count) => sum + count, 0);
  };

  return {
    async slice(memberId, slice, wanted) {
      const parts = await Promise.all([openOrGivenUp(memberId, slice, wanted), rented(memberId, slice, wanted)]);
      const order = orderOf(slice);
      return parts
        .flat()
        .sort((one, other) => (one.anchor < other.anchor ? -order : order))
        .slice(0, slice.limit);
    },

    async counts(memberId) {
      const now = await databaseNow();
      const [waiting, active, overdue] = await Promise.all([
        reservations.countDocuments({ memberId, 'reserve.status': 'WAITING' }),
        countRentals(memberId, ['ON_RENTAL', 'OVERDUE'], now),
        countRentals(memberId, ['OVERDUE'], now),
      ]);
      return { active, waiting, overdue };
    },

    waitingBefore: ({ bookId, ticket }) =>
      reservations.countDocuments({
        bookId,
        'reserve.status': 'WAITING',
        'reserve.ticket': trusted({ $lt: ticket }),
      }),
  };
}

const unread = { history: undefined };
const shownOf = (history: boolean) => (history ? {} : { history: 0 as const });

/** The list is in descending order of anchors; a backward slice reads it from its end. */
const orderOf = ({ backward }: Slice<EntryPosition>): 1 | -1 => (backward ? 1 : -1);

function anchoredIn({ after, before }: Slice<EntryPosition>) {
  const anchorOf = (bound: Bound<EntryPosition> | undefined) => bound && { ...bound, position: bound.position.anchor };
  const range = keyRange({ after: anchorOf(after), before: anchorOf(before) }, -1);
  return range ? { _id: trusted(range) } : {};
}
