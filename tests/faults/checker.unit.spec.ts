import type { RentalbookEvent } from '@rentalbook/event-contracts';
import './unless-unavailable.cases';
import { foldPages } from '../conformance/page-fold';
import { brokenAllocations } from './harness/checker/allocations';
import { brokenCommands } from './harness/checker/commands';
import { underWay } from './harness/checker/level';
import type { Documents } from './harness/checker/library';
import { brokenPages } from './harness/checker/pages';
import { brokenSagas } from './harness/checker/sagas';
import { brokenStreams, eachOnce } from './harness/checker/streams';
import { brokenViews, type StoredView, type StoredViews } from './harness/checker/views';
import type { Entry } from './harness/load/ledger';
import {
  bookId,
  book,
  rule,
  story,
  historyOf,
  healthy,
  without,
  of,
  circulationAfter,
  rentalsAfter,
  documents,
  entries,
  answered,
  promisesIn,
  views,
  copyId,
  rentalId,
} from './checked-library';

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
