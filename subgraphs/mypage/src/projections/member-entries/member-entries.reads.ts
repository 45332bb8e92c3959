import type { JointRead } from '@rentalbook/read-models';
import { type Bound, keyRange, type Slice } from '@rentalbook/service-kit';
import { rentalsWith, reservationsWith, type Filter } from './member-entries.filters';
import type { MemberEntryModels, RentalDocument, ReservationDocument } from './member-entries.model';
import { entryOfRental, entryOfReservation, isListed } from './member-entry';
import type { MemberEntry } from '../../application/views';

/** The position of an entry in a member's list: the id of its anchor document, which is ordered by time. */
export interface EntryPosition {
  readonly anchor: string;
}
export type PlacedEntry = MemberEntry & EntryPosition;

/** The filter of entries, and the selected parts. */
export interface WantedEntries {
  /** Those with one of these; without it all but rejected requests without a reservation. */
  readonly status?: readonly string[] | undefined;
  /** Whether their history is read, which is the largest part of them. */
  readonly history: boolean;
}

/**
 * A member's entries come from two collections, each read from an index and no further than the page needs: reservations
 * that no copy was given out for, and rentals. A fulfilled reservation is part of its rental's entry.
 */
export function entryReads(models: MemberEntryModels, read: JointRead, databaseNow: () => Promise<Date>) {
  const [reservations, rentals] = [models.reservations.collection.name, models.rentals.collection.name];

  const openOrGivenUp = async (
    memberId: string,
    slice: Slice<EntryPosition>,
    { status, history }: WantedEntries,
  ): Promise<readonly PlacedEntry[]> => {
    const found = await Promise.all(
      reservationsWith(status).map((filter) =>
        read<ReservationDocument>(reservations, sliceOf({ memberId, ...filter }, slice, history)),
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
    const readRentals = (filter: Filter) =>
      read<RentalDocument & { readonly now: Date }>(rentals, [
        ...sliceOf({ memberId, ...filter }, slice, history),
        WITH_TIME,
      ]);
    if (status === undefined) {
      // Nearly always all rentals of the slice are listed: one read finds them, and the time with them.
      const all = await readRentals({});
      const [first] = all;
      if (!first) return [];
      const listed = all.filter((rental) => isListed(rental, first.now));
      const isWhole = listed.length === all.length || all.length < slice.limit;
      if (isWhole) return placed(listed, first.now, history);
    }
    const now = await databaseNow();
    const found = await Promise.all(rentalsWith(status, now.toISOString()).map(readRentals));
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
    const origins = await read<ReservationDocument>(reservations, [
      { $match: { _id: { $in: ids } } },
      ...(history ? [] : [WITHOUT_HISTORY]),
    ]);
    return new Map(origins.map((origin) => [origin._id, origin]));
  };

  return { openOrGivenUp, rented };
}

const unread = { history: undefined };
const WITHOUT_HISTORY = { $unset: 'history' };
const WITH_TIME = { $addFields: { now: '$$NOW' } };

const sliceOf = (filter: Filter, slice: Slice<EntryPosition>, history: boolean) => [
  { $match: { ...filter, ...anchoredIn(slice) } },
  { $sort: { _id: orderOf(slice) } },
  { $limit: slice.limit },
  ...(history ? [] : [WITHOUT_HISTORY]),
];

/** The list is in descending order of anchors; a backward slice reads it from its end. */
export const orderOf = ({ backward }: Slice<EntryPosition>): 1 | -1 => (backward ? 1 : -1);

function anchoredIn({ after, before }: Slice<EntryPosition>) {
  const anchorOf = (bound: Bound<EntryPosition> | undefined) => bound && { ...bound, position: bound.position.anchor };
  const range = keyRange({ after: anchorOf(after), before: anchorOf(before) }, -1);
  return range ? { _id: range } : {};
}
