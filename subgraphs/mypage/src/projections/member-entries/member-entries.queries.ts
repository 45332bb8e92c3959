import type { JointRead } from '@rentalbook/read-models';
import type { Slice } from '@rentalbook/service-kit';
import { outNow, type Filter } from './member-entries.filters';
import type { MemberEntryModels, RentalDocument } from './member-entries.model';
import { entryReads, orderOf, type EntryPosition, type PlacedEntry, type WantedEntries } from './member-entries.reads';
import { rentalStatus } from './member-entry';

export interface MemberCounts {
  readonly active: number;
  readonly waiting: number;
  readonly overdue: number;
  /** Milliseconds until another one is overdue; null while none can become so. */
  readonly nextOverdueMs: number | null;
}

/** A place in the queue of a book. */
export interface WaitingTicket {
  readonly bookId: string;
  readonly ticket: number;
}

/** The queries of a member's page. Their cost depends on the size of the result, not on that of the list. */
export interface MemberEntries {
  /** A slice of the list, which has the newest entry first. */
  slice(memberId: string, slice: Slice<EntryPosition>, wanted: WantedEntries): Promise<readonly PlacedEntry[]>;
  counts(memberId: string): Promise<MemberCounts>;
  /** How many wait for the book with a smaller ticket. */
  waitingBefore(place: WaitingTicket): Promise<number>;
}

export function memberEntriesIn(
  models: MemberEntryModels,
  read: JointRead,
  databaseNow: () => Promise<Date>,
): MemberEntries {
  const [reservations, rentals] = [models.reservations.collection.name, models.rentals.collection.name];

  const { openOrGivenUp, rented } = entryReads(models, read, databaseNow);

  const count = async (collection: string, filter: Filter): Promise<number> => {
    const [row] = await read<{ readonly n: number }>(collection, [{ $match: filter }, { $count: 'n' }]);
    return row?.n ?? 0;
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
      const [waiting, out] = await Promise.all([
        count(reservations, { memberId, 'reserve.status': 'WAITING' }),
        read<RentalDocument & { readonly now: Date }>(rentals, [
          { $match: { memberId, ...outNow } },
          { $project: { rental: 1, reserve: 1, now: '$$NOW' } },
        ]),
      ]);
      const ofStatus = (status: string) => out.filter((rental) => rentalStatus(rental, rental.now) === status);
      const [overdue, inTime] = [ofStatus('OVERDUE').length, ofStatus('ON_RENTAL')];
      const left = inTime.flatMap(({ rental, now }) =>
        rental?.phase === 'ACTIVE' && rental.dueAt ? [Date.parse(rental.dueAt) - now.getTime()] : [],
      );
      const nextOverdueMs = left.length > 0 ? Math.min(...left) : null;
      return { waiting, overdue, active: overdue + inTime.length, nextOverdueMs };
    },

    waitingBefore: ({ bookId, ticket }) =>
      count(reservations, { bookId, 'reserve.status': 'WAITING', 'reserve.ticket': { $lt: ticket } }),
  };
}
