import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { isNext } from '@rentalbook/messaging';
import type {
  RentalDocument,
  ReservationDocument,
} from '../../subgraphs/mypage/src/projections/member-entries/member-entries.model';
import {
  entryOfRental,
  entryOfReservation,
  type MemberEntry,
} from '../../subgraphs/mypage/src/projections/member-entries/member-entry';
import { changesOf } from '../../subgraphs/mypage/src/subscriptions';
import { chanceOf } from './chance';
import { eventLog } from './event-log';
import { guardedViews } from './guarded-views';
import { foldPages, type FoldedEntry } from './page-fold';
import { deliver, unruly, type Consumer } from './unruly-delivery';

// The long form: SIMULATED_SEEDS=1000 SIMULATED_EVENTS=2000 npx jest --selectProjects unit member-page
const SEEDS = Number(process.env['SIMULATED_SEEDS'] ?? 100);
const EVENTS = Number(process.env['SIMULATED_EVENTS'] ?? 300);
const LONG_MS = 2 * 60 * 60 * 1_000;
const BEFORE_ANYTHING_IS_DUE = new Date(0);

/** MyPage's consumer with its views and its marks in memory. */
function page() {
  const reservations = guardedViews();
  const rentals = guardedViews();
  const marks = new Map<string, number>();
  const streamOf = ({ source, key }: RentalbookEvent): string => `${source}/${key}`;
  const isDue = (event: RentalbookEvent): boolean => isNext({ event }, marks.get(streamOf(event)) ?? 0);
  const apply = (event: RentalbookEvent): void => {
    const changes = changesOf(event);
    reservations.apply(changes.reservations);
    rentals.apply(changes.rentals);
  };
  const consumer: Consumer = {
    handle(event) {
      if (!isDue(event)) return;
      apply(event);
      marks.set(streamOf(event), event.sequence);
    },
    handleAndDie(event) {
      if (isDue(event)) apply(event);
    },
    wakeUpWith: apply,
  };
  return {
    consumer,
    documents: () => [...reservations.documents, ...rentals.documents].sort(([one], [other]) => (one < other ? -1 : 1)),
    /** Everybody's entries, joined from the views as the queries join them. */
    entries(): readonly FoldedEntry[] {
      const bookings = [...reservations.documents.values()] as unknown as ReservationDocument[];
      const loans = [...rentals.documents.values()] as unknown as RentalDocument[];
      const origins = new Map(bookings.map((booking) => [booking._id, booking]));
      return [
        ...bookings
          .filter(({ reserve }) => reserve.status !== 'FULFILLED')
          .map((booking) => shown(booking.memberId, entryOfReservation(booking))),
        ...loans.map((loan) => {
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
  history: entry.history.map(({ event }) => event),
});
const idOf = ({ rentalId, reservationId }: FoldedEntry): string => rentalId ?? reservationId ?? '';
const inOrder = (entries: readonly FoldedEntry[]): readonly FoldedEntry[] =>
  [...entries].sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));

describe('every member’s page', () => {
  it(
    `equals the fold of the log in ${String(SEEDS)} of ${String(SEEDS)} runs, however its events arrive`,
    () => {
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const chance = chanceOf(seed);
        const log = eventLog(chance, EVENTS);
        const { consumer, entries } = page();
        deliver(unruly(log, chance), consumer, chance);
        expect({ seed, pages: inOrder(entries()) }).toEqual({ seed, pages: inOrder(foldPages(log)) });
      }
    },
    LONG_MS,
  );

  it(
    'is stored to the last field as if every event had come once and in order',
    () => {
      for (let seed = 1; seed <= SEEDS / 10; seed += 1) {
        const chance = chanceOf(seed);
        const log = eventLog(chance, EVENTS);
        const [orderly, shaken] = [page(), page()];
        for (const event of log) orderly.consumer.handle(event);
        deliver(unruly(log, chance), shaken.consumer, chance);
        expect({ seed, documents: shaken.documents() }).toEqual({ seed, documents: orderly.documents() });
      }
    },
    LONG_MS,
  );

  it('has been through every kind of event, so that the runs say something', () => {
    const log = Array.from({ length: 20 }, (_, seed) => eventLog(chanceOf(seed), EVENTS)).flat();
    const heard = new Set(log.map(({ eventType }) => eventType));
    expect([...heard].sort()).toEqual(
      expect.arrayContaining(['Cancelled', 'Checked', 'Expired', 'Loaned', 'Ready', 'Refused', 'ReturnedBook']),
    );
    expect(new Set(foldPages(log).map(({ status }) => status)).size).toBeGreaterThanOrEqual(8);
  });
});
