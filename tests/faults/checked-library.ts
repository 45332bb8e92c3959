import type { AggregateDocument } from '@rentalbook/aggregate-store';
import type { EventOf, EventType, RentalbookEvent } from '@rentalbook/event-contracts';
import { bookRentals, type BookRentals } from '../../subgraphs/rental/src/domain/book-rentals';
import { bookCirculation, type BookCirculation } from '../../subgraphs/reserve/src/domain/book-circulation';
import type { Broken } from '../harness/broken';
import type { Documents } from './harness/checker/library';
import type { Entry, Operation, Outcome } from './harness/load/ledger';

export const bookId = 'book-1';
export const book = { bookId, bookNm: 'Emma' };
export const alice = { userId: 'alice', userNm: 'alice' };
export const [copyId, reservationId, rentalId] = ['copy-1', 'reservation-1', 'rental-1'];
export const rule = 'A rule.';

type Published = { [Type in EventType]: Pick<EventOf<Type>, 'eventType' | 'data'> }[EventType];

/** A reader reserves, rents and brings back: every event with the trace of the command that it follows from. */
export const story: readonly (readonly [trace: string, body: Published])[] = [
  ['t-add', { eventType: 'Added', data: { ...book, authors: [], isbn: null, copyIds: [copyId], status: 'In stock' } }],
  ['t-reserve', { eventType: 'Subscribed', data: { ...alice, ...book, reservationId, ticket: 1, status: 'Booking' } }],
  [
    't-reserve',
    {
      eventType: 'Ready',
      data: { reservationId, userId: 'alice', bookId, copyId, pickupBy: '2026-03-05T09:00:00.000Z', rule },
    },
  ],
  ['t-rent', { eventType: 'Rentaled', data: { ...alice, ...book, rentalId, status: 'Start Rental' } }],
  [
    't-rent',
    {
      eventType: 'Checked',
      data: { reservationId, rentalId, userId: 'alice', bookId, copyId, status: 'On Rental', rule },
    },
  ],
  [
    't-rent',
    {
      eventType: 'Loaned',
      data: { rentalId, userId: 'alice', bookId, dueAt: '2026-03-17T09:00:00.000Z', renewals: 0 },
    },
  ],
  [
    't-return',
    { eventType: 'Returned', data: { ...alice, ...book, rentalId, copyId, returnedAt: '2026-03-02T09:07:00.000Z' } },
  ],
  [
    't-return',
    {
      eventType: 'ReturnedBook',
      data: { ...alice, ...book, returnId: 'return-1', rentalId, copyId, status: 'Return Complete' },
    },
  ],
];
const sourceOf = (type: EventType): 'book' | 'reserve' | 'rental' => {
  if (type === 'Added' || type === 'Withdrawn') return 'book';
  return ['Rentaled', 'Loaned', 'Returned', 'Rejected'].includes(type) ? 'rental' : 'reserve';
};

export function historyOf(bodies: typeof story): readonly RentalbookEvent[] {
  const lengths = { book: 0, reserve: 0, rental: 0 };
  return bodies.map(([correlationId, body], index) => {
    const source = sourceOf(body.eventType);
    const envelope = {
      id: `event-${String(index)}`,
      timestamp: new Date(Date.UTC(2026, 2, 2, 9, index)).toISOString(),
      schemaVersion: 1,
      key: bookId,
      sequence: (lengths[source] += 1),
      correlationId,
      actor: 'alice',
      source,
    };
    return { ...envelope, ...body } as RentalbookEvent;
  });
}

export const healthy = historyOf(story);
export const without = (type: EventType): readonly RentalbookEvent[] =>
  historyOf(story.filter(([, { eventType }]) => eventType !== type));
export const of = (type: EventType, log = healthy): RentalbookEvent => {
  const found = log.find(({ eventType }) => eventType === type);
  if (!found) throw new Error(`no ${type}`);
  return found;
};

const stored = <State>(sequence: number, state: State, seen: Record<string, number>): AggregateDocument<State> =>
  ({
    _id: bookId,
    revision: sequence,
    sequence,
    state,
    outbox: [],
    seen,
    commands: [],
  }) as unknown as AggregateDocument<State>;

/** What Reserve and Rental keep after these events. */
export const circulationAfter = (log: readonly RentalbookEvent[]): BookCirculation =>
  log
    .filter(
      ({ source, eventType }) => source === 'reserve' || bookCirculation.handles.some((type) => type === eventType),
    )
    .reduce((state, event) => bookCirculation.evolve(state, event as never), bookCirculation.initial);
export const rentalsAfter = (log: readonly RentalbookEvent[]): BookRentals =>
  log
    .filter(({ source, eventType }) => source === 'rental' || bookRentals.handles.some((type) => type === eventType))
    .reduce((state, event) => bookRentals.evolve(state, event as never), bookRentals.initial);

/** What the services keep once everything arrived. */
export const documents: Documents = {
  book: stored(1, {}, { reserve: 4 }),
  reserve: stored(4, circulationAfter(healthy), { book: 1, rental: 3 }),
  rental: stored(3, rentalsAfter(healthy), { book: 1, reserve: 4 }),
  checkpoints: { book: 1, reserve: 4, rental: 3 },
};

export const asked = (operation: Operation, outcome: Outcome): Entry => ({
  command: { trace: `t-${operation}`, key: `key-${operation}`, member: 'alice', operation, bookId },
  outcome,
  attempts: [],
});
export const entries: readonly Entry[] = [
  asked('reserve', { kind: 'ok', id: reservationId }),
  asked('rent', { kind: 'ok', id: rentalId }),
  asked('return', { kind: 'ok', id: rentalId }),
];
export const answered = (operation: Operation, outcome: Outcome): readonly Entry[] =>
  entries.map((entry) => (entry.command.operation === operation ? { ...entry, outcome } : entry));
export const promisesIn = (broken: readonly Broken[]): readonly string[] => [
  ...new Set(broken.map(({ promise }) => promise)),
];

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 2, 9, minute)).toISOString();
export const views = {
  reservations: [
    {
      ...{ _id: reservationId, ...alice, bookId, ticket: 1, pickupBy: null, reason: null },
      ...{ status: 'FULFILLED', statusText: 'On Rental', createdAt: at(1), updatedAt: at(4), seq: 3 },
    },
  ],
  rentals: [
    {
      ...{ _id: rentalId, userId: 'alice', bookId },
      rental: {
        ...{ seq: 3, userNm: 'alice', phase: 'RETURNED', renewals: 0 },
        ...{ rentedAt: at(3), dueAt: '2026-03-17T09:00:00.000Z', returnedAt: '2026-03-02T09:07:00.000Z' },
      },
      reserve: { seq: 3, reservationId },
    },
  ],
} as const;
