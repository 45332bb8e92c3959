import type { AggregateDocument } from '@rentalbook/aggregate-store';
import type { EventOf, EventType, RentalbookEvent } from '@rentalbook/event-contracts';
import { AnsweredWithErrors, anonymous, unlessUnavailable } from '@rentalbook/test-kit';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bookRentals, type BookRentals } from '../../subgraphs/rental/src/domain/book-rentals';
import { bookCirculation, type BookCirculation } from '../../subgraphs/reserve/src/domain/book-circulation';
import { foldPages } from '../conformance/page-fold';
import { brokenAllocations } from './harness/checker/allocations';
import type { Broken } from '../harness/broken';
import { brokenCommands } from './harness/checker/commands';
import { underWay } from './harness/checker/level';
import type { Documents } from './harness/checker/library';
import { brokenPages } from './harness/checker/pages';
import { brokenSagas } from './harness/checker/sagas';
import { brokenStreams, eachOnce } from './harness/checker/streams';
import { brokenViews, type StoredView, type StoredViews } from './harness/checker/views';
import type { Entry, Operation, Outcome } from './harness/load/ledger';

const bookId = 'book-1';
const book = { bookId, bookNm: 'Emma' };
const alice = { userId: 'alice', userNm: 'alice' };
const [copyId, reservationId, rentalId] = ['copy-1', 'reservation-1', 'rental-1'];
const rule = 'A rule.';

type Published = { [Type in EventType]: Pick<EventOf<Type>, 'eventType' | 'data'> }[EventType];

/** A reader reserves, rents and brings back: every event with the trace of the command that it follows from. */
const story: readonly (readonly [trace: string, body: Published])[] = [
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

function historyOf(bodies: typeof story): readonly RentalbookEvent[] {
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

const healthy = historyOf(story);
const without = (type: EventType): readonly RentalbookEvent[] =>
  historyOf(story.filter(([, { eventType }]) => eventType !== type));
const of = (type: EventType, log = healthy): RentalbookEvent => {
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
const circulationAfter = (log: readonly RentalbookEvent[]): BookCirculation =>
  log
    .filter(
      ({ source, eventType }) => source === 'reserve' || bookCirculation.handles.some((type) => type === eventType),
    )
    .reduce((state, event) => bookCirculation.evolve(state, event as never), bookCirculation.initial);
const rentalsAfter = (log: readonly RentalbookEvent[]): BookRentals =>
  log
    .filter(({ source, eventType }) => source === 'rental' || bookRentals.handles.some((type) => type === eventType))
    .reduce((state, event) => bookRentals.evolve(state, event as never), bookRentals.initial);

/** What the services keep once everything arrived. */
const documents: Documents = {
  book: stored(1, {}, { reserve: 4 }),
  reserve: stored(4, circulationAfter(healthy), { book: 1, rental: 3 }),
  rental: stored(3, rentalsAfter(healthy), { book: 1, reserve: 4 }),
  checkpoints: { book: 1, reserve: 4, rental: 3 },
};

const asked = (operation: Operation, outcome: Outcome): Entry => ({
  command: { trace: `t-${operation}`, key: `key-${operation}`, member: 'alice', operation, bookId },
  outcome,
  attempts: [],
});
const entries: readonly Entry[] = [
  asked('reserve', { kind: 'ok', id: reservationId }),
  asked('rent', { kind: 'ok', id: rentalId }),
  asked('return', { kind: 'ok', id: rentalId }),
];
const answered = (operation: Operation, outcome: Outcome): readonly Entry[] =>
  entries.map((entry) => (entry.command.operation === operation ? { ...entry, outcome } : entry));
const promisesIn = (broken: readonly Broken[]): readonly string[] => [...new Set(broken.map(({ promise }) => promise))];

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 2, 9, minute)).toISOString();
const views = {
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

describe('the checker finds nothing', () => {
  it('in a history where all went well', () => {
    expect([
      ...underWay(bookId, documents),
      ...brokenCommands(entries, healthy),
      ...brokenStreams(bookId, healthy, documents),
      ...brokenSagas(healthy),
      ...brokenAllocations(bookId, healthy, documents),
      ...brokenViews(views, healthy),
      ...brokenPages(new Map([['alice', foldPages(healthy)]]), healthy),
    ]).toEqual([]);
  });

  it('in events that were sent more than once', () => {
    const repeated = [...healthy, ...healthy];
    expect(brokenStreams(bookId, repeated, documents)).toEqual([]);
    expect(eachOnce(repeated)).toEqual(healthy);
  });
});

describe('the checker sees a command', () => {
  it.each<[what: string, promise: string, entries: readonly Entry[], log: readonly RentalbookEvent[]]>([
    ['that was acknowledged and lost', 'what was acknowledged is announced', entries, without('Subscribed')],
    [
      'that took effect twice',
      'a command takes effect once',
      entries,
      [...healthy, { ...of('Rentaled'), id: 'again', sequence: 4 }],
    ],
    [
      'whose answer is about something else',
      'the answer is about what happened',
      answered('rent', { kind: 'ok', id: 'rental-2' }),
      healthy,
    ],
    [
      'that was refused and happened',
      'what was refused does not happen',
      answered('reserve', { kind: 'refused', code: 'ALREADY_RESERVED' }),
      healthy,
    ],
    [
      'that failed',
      'a command is answered, refused or retryable',
      answered('rent', { kind: 'failed', reason: 'INTERNAL_SERVER_ERROR' }),
      healthy,
    ],
    [
      'whose fate never became known',
      'a command becomes known when it is repeated',
      answered('rent', { kind: 'unknown', reason: 'UNAVAILABLE' }),
      healthy,
    ],
    ['that was not given', 'nothing happens unasked', entries.slice(1), healthy],
  ])('%s', (_what, promise, ledger, log) => {
    expect(promisesIn(brokenCommands(ledger, log))).toEqual([promise]);
  });
});

describe('the checker sees a stream', () => {
  const [first, second, third, ...rest] = healthy;
  it.each<[what: string, promise: string, log: readonly (RentalbookEvent | undefined)[]]>([
    ['out of order', 'a stream is gapless and in order', [first, third, second, ...rest]],
    ['with a gap', 'a stream is gapless and in order', [first, third, ...rest]],
    [
      'that says two things in one place',
      'an event has one place in its stream',
      [...healthy, { ...of('Ready'), id: 'other' }],
    ],
    ['that ends before its document', 'what was committed is announced, and nothing else', healthy.slice(0, -1)],
  ])('%s', (_what, promise, log) => {
    const events = log.filter((event) => event !== undefined);
    expect(promisesIn(brokenStreams(bookId, events, documents))).toContain(promise);
  });
});

describe('the checker sees something stuck', () => {
  it.each<[what: string, change: Partial<Documents>]>([
    [
      'an event that was not sent',
      { reserve: { ...documents.reserve, outbox: [{ seq: 4 }] } as unknown as Documents['reserve'] },
    ],
    [
      'an outbox that is parked',
      { rental: { ...documents.rental, unsendable: { seq: 3 } } as unknown as Documents['rental'] },
    ],
    [
      'an event that Reserve did not consume',
      { reserve: { ...documents.reserve, seen: { book: 1, rental: 2 } } as unknown as Documents['reserve'] },
    ],
    [
      'an event that Rental did not consume',
      { rental: { ...documents.rental, seen: { book: 1, reserve: 3 } } as unknown as Documents['rental'] },
    ],
    ['an event that Book did not consume', { book: { ...documents.book, seen: {} } as unknown as Documents['book'] }],
    ['an event that the page did not consume', { checkpoints: { book: 1, reserve: 3, rental: 3 } }],
    ['a book that was not kept', { book: undefined }],
  ])('%s', (_what, change) => {
    expect(underWay(bookId, { ...documents, ...change })).toHaveLength(1);
  });

  it('a request that is not decided', () => {
    const open = rentalsAfter(healthy.slice(0, 4));
    const rental = { ...documents.rental, state: open } as Documents['rental'];
    expect(underWay(bookId, { ...documents, rental })).toEqual([
      `the rental ${rentalId} of ${bookId} is requested and not decided`,
    ]);
  });
});

describe('the checker sees a rental', () => {
  it.each<[what: string, promise: string, log: readonly RentalbookEvent[]]>([
    ['that was asked for twice', 'a rental is asked for once', [...healthy, of('Rentaled')]],
    ['that was decided twice', 'a request is decided once', [...healthy, of('Checked')]],
    ['that was never decided', 'a request is decided once', healthy.slice(0, 4)],
    ['whose copy went out to no member', 'a copy given out becomes one loan', without('Loaned')],
    ['that was lent without a copy', 'only a copy that is out is lent', without('Checked')],
    [
      'whose copy came back twice',
      'a copy comes back exactly once, and only when its rental is over',
      [...healthy, of('ReturnedBook')],
    ],
    [
      'whose copy never came back',
      'a copy comes back exactly once, and only when its rental is over',
      without('ReturnedBook'),
    ],
  ])('%s', (_what, promise, log) => {
    expect(promisesIn(brokenSagas(log))).toContain(promise);
  });
});

describe('the checker sees an allocation', () => {
  it('of a copy that is not free', () => {
    const log = historyOf([
      ...story.slice(0, 3),
      [
        't-other',
        {
          eventType: 'Subscribed',
          data: { ...book, userId: 'bob', userNm: 'bob', reservationId: 'r-2', ticket: 2, status: 'Booking' },
        },
      ],
      [
        't-other',
        {
          eventType: 'Ready',
          data: { reservationId: 'r-2', userId: 'bob', bookId, copyId, pickupBy: '2026-03-05T09:00:00.000Z', rule },
        },
      ],
    ]);
    expect(promisesIn(brokenAllocations(bookId, log, { ...documents, reserve: undefined }))).toEqual([
      'only a free copy is set aside',
    ]);
  });

  it('that the document does not know', () => {
    const reserve = {
      ...documents.reserve,
      state: { ...documents.reserve?.state, lastTicket: 7 },
    } as Documents['reserve'];
    expect(promisesIn(brokenAllocations(bookId, healthy, { ...documents, reserve }))).toEqual([
      'the document is what its events say',
    ]);
  });

  it('that is out while no rental runs', () => {
    const reserve = {
      ...documents.reserve,
      state: circulationAfter(healthy.slice(0, 5)),
    } as Documents['reserve'];
    expect(promisesIn(brokenAllocations(bookId, healthy.slice(0, 5), { ...documents, reserve }))).toEqual([
      'exactly the copies of running rentals are out: none is stuck',
    ]);
  });
});

describe('the checker sees a page', () => {
  const [entry] = foldPages(healthy);
  if (!entry) throw new Error('alice has an entry');
  it.each<[what: string, entries: ReturnType<typeof foldPages>]>([
    ['that lacks an entry', []],
    ['that shows another status', [{ ...entry, status: 'ON_RENTAL' }]],
    ['that shows a step twice', [{ ...entry, history: [...entry.history, 'Ready'] }]],
    ['that shows what never was', [entry, { ...entry, rentalId: 'rental-2' }]],
  ])('%s', (_what, page) => {
    expect(promisesIn(brokenPages(new Map([['alice', page]]), healthy))).toEqual(['MyPage equals the fold of the log']);
  });
});

describe('the checker sees what is shown', () => {
  const [reservation] = views.reservations;
  const [rental] = views.rentals;
  const unnamed = ({ ticket: _ticket, ...rest }: StoredView): StoredView => rest;
  it.each<[what: string, of: string, shown: StoredViews]>([
    ['of a reservation whose beginning is missing', 'reservation', { ...views, reservations: [unnamed(reservation)] }],
    ['of a reservation too early', 'reservation', { ...views, reservations: [{ ...reservation, status: 'READY' }] }],
    ['of no reservation', 'reservation', { ...views, reservations: [] }],
    ['of a rental that never was', 'rental', { ...views, rentals: [rental, { ...rental, _id: 'rental-2' }] }],
  ])('%s', (_what, of, shown) => {
    expect(promisesIn(brokenViews(shown, healthy))).toEqual([`what is shown of a ${of} is the fold of the log`]);
  });
});

describe('an answer that is repeated unless it is there', () => {
  const answered = async (body: unknown): Promise<unknown> => {
    const server = createServer((_request, response) => response.end(JSON.stringify(body))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/graphql`;
    return unlessUnavailable(anonymous({ url }).data('{ books { edges { cursor } } }')).finally(() => server.close());
  };
  const error = (code?: string) => ({ message: 'no', ...(code !== undefined && { extensions: { code } }) });

  it('is none while a service is unavailable', async () => {
    expect(await answered({ data: { books: 1 } })).toEqual({ books: 1 });
    expect(await answered({ data: null, errors: [error('UNAVAILABLE'), error('UNAVAILABLE')] })).toBeUndefined();
  });

  it.each([
    ['neither data nor errors', {}],
    ['no data and an empty list of errors', { data: null, errors: [] }],
    ['an error without a code', { errors: [error()] }],
    ['another error beside', { errors: [error('UNAVAILABLE'), error('INTERNAL_SERVER_ERROR')] }],
  ])('fails with %s', async (_what, body) => {
    await expect(answered(body)).rejects.toThrow(AnsweredWithErrors);
  });
});
