import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { isNext } from '@rentalbook/messaging';
import type {
  RentalDocument,
  ReservationDocument,
} from '../../subgraphs/mypage/src/projections/member-entries/member-entries.model';
import {
  entryOfRental,
  entryOfReservation,
  isEntry,
} from '../../subgraphs/mypage/src/projections/member-entries/member-entry';
import { changesOf } from '../../subgraphs/mypage/src/subscriptions';
import { guardedViews } from './guarded-views';
import type { FoldedEntry } from './page-fold';
import type { Consumer } from './unruly-delivery';
import type { MemberEntry } from '../../subgraphs/mypage/src/application/views';

const BEFORE_ANYTHING_IS_DUE = new Date(0);

/** MyPage's consumer with its views and its checkpoints in memory. */
export function simulatedPage() {
  const reservations = guardedViews();
  const rentals = guardedViews();
  const checkpoints = new Map<string, number>();
  const streamOf = ({ source, key }: RentalbookEvent): string => `${source}/${key}`;
  const isDue = (event: RentalbookEvent): boolean => isNext({ event }, checkpoints.get(streamOf(event)) ?? 0);
  const apply = (event: RentalbookEvent): void => {
    const changes = changesOf(event);
    reservations.apply(changes.reservations);
    rentals.apply(changes.rentals);
  };
  const consumer: Consumer = {
    handle(event) {
      if (!isDue(event)) return;
      apply(event);
      checkpoints.set(streamOf(event), event.sequence);
    },
    handleAndDie(event) {
      if (isDue(event)) apply(event);
    },
    wakeUpWith: apply,
  };
  return {
    consumer,
    documents: () => [...reservations.documents, ...rentals.documents].sort(([one], [other]) => (one < other ? -1 : 1)),
    /** The entries of all members, joined from the views as the queries join them. */
    entries(): readonly FoldedEntry[] {
      const bookings = [...reservations.documents.values()] as unknown as ReservationDocument[];
      const loans = [...rentals.documents.values()] as unknown as RentalDocument[];
      const origins = new Map(bookings.map((booking) => [booking._id, booking]));
      return [
        ...bookings
          .filter(({ reserve }) => reserve.status !== 'FULFILLED')
          .map((booking) => shown(booking.memberId, entryOfReservation(booking))),
        ...loans.filter(isEntry).map((loan) => {
          const origin = origins.get(loan.reserve?.reservationId ?? '');
          return shown(loan.memberId, entryOfRental(loan, origin, BEFORE_ANYTHING_IS_DUE));
        }),
      ];
    },
  };
}

const shown = (memberId: string, entry: MemberEntry): FoldedEntry => ({
  memberId,
  bookId: entry.bookId,
  reservationId: entry.reservationId,
  rentalId: entry.rentalId,
  status: entry.status,
  history: (entry.history ?? []).map(({ event }) => event),
});
const idOf = ({ rentalId, reservationId }: FoldedEntry): string => rentalId ?? reservationId ?? '';
/** By the id of the rental, or of the reservation that none came of. */
export const inOrder = (entries: readonly FoldedEntry[]): readonly FoldedEntry[] =>
  [...entries].sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
