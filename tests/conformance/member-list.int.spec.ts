import { connectDatabase } from '@rentalbook/mongo';
import type { EventOf } from '@rentalbook/event-contracts';
import { type EmbeddedMongo, startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import { type Connection, createPager, createSeal } from '@rentalbook/service-kit';
import { GIVE_UP_AFTER_MS } from '@rentalbook/test-kit/eventually';
import * as fc from 'fast-check';
import type { Connection as MongoConnection } from 'mongoose';
import type * as Filters from '../../engines/mongo/src/query/filter';
import type {
  RentalDocument,
  ReservationDocument,
} from '../../subgraphs/mypage/src/projections/member-entries/member-entries.model';
import type { MemberEntries } from '../../subgraphs/mypage/src/projections/member-entries/member-entries.queries';
import {
  entryOfRental,
  entryOfReservation,
  isEntry,
  isListedByDefault,
} from '../../subgraphs/mypage/src/projections/member-entries/member-entry';
import { collectionOf, readModelVersion } from '../../subgraphs/mypage/src/projections/versions/read-model-version';
import { eventTrailOf } from './event-trail.cases';
import './member-page-commands.cases';

/** How many documents the engine held against a filter: what a read costs, on a machine of any speed. */
let mockExamined = 0;
jest.mock('../../engines/mongo/src/query/filter', () => {
  const actual = jest.requireActual<typeof Filters>('../../engines/mongo/src/query/filter');
  const compileFilter: typeof Filters.compileFilter = (filter) => {
    const { conditions, matches } = actual.compileFilter(filter);
    return {
      conditions,
      matches: (document) => {
        mockExamined += 1;
        return matches(document);
      },
    };
  };
  return { ...actual, compileFilter };
});

const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const LONG_AGO = '2001-01-01T00:00:00.000Z';
const FAR_AHEAD = '2999-01-01T00:00:00.000Z';
const withdrawn: EventOf<'Withdrawn'> = {
  id: '',
  source: 'book',
  eventType: 'Withdrawn',
  timestamp: LONG_AGO,
  schemaVersion: 1,
  key: 'a-book',
  sequence: 1,
  correlationId: 'test',
  actor: 'libby',
  data: { bookId: 'a-book', copyId: 'copy-1', reason: 'worn' },
};
const statuses = [
  'BOOKING',
  'READY',
  'START_RENTAL',
  'ON_RENTAL',
  'OVERDUE',
  'RETURN_COMPLETE',
  'CANCELLED',
  'EXPIRED',
  'REJECTED',
] as const;

let mongo: EmbeddedMongo;
let connection: MongoConnection;
let entries: MemberEntries;
beforeAll(async () => {
  mongo = await startEmbeddedMongo({ port: 0 });
  connection = await connectDatabase(mongo.url, 'mypage', GIVE_UP_AFTER_MS, silent);
  const page = readModelVersion(connection, 0);
  await page.prepare();
  entries = page.entries;
});
afterAll(async () => {
  await connection.close();
  await mongo.close();
});

/** The engine shares this process with its client, whose heartbeats have their turn between two portions. */
function* portionsOf<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let from = 0; from < rows.length; from += 1_000) yield rows.slice(from, from + 1_000);
}

const insert = async (rows: {
  readonly reservations: readonly ReservationDocument[];
  readonly rentals: readonly RentalDocument[];
}): Promise<void> => {
  const reservations = connection.collection<ReservationDocument>(collectionOf(0, 'reservations'));
  const rentals = connection.collection<RentalDocument>(collectionOf(0, 'rentals'));
  for (const some of portionsOf(rows.reservations)) await reservations.insertMany(some);
  for (const some of portionsOf(rows.rentals)) await rentals.insertMany(some);
};

const pager = createPager<{ anchor: string }>(
  createSeal(() => ['a secret of at least 32 characters'], 'cursor'),
  'entries',
);

/** The anchors of all entries in the order of the list, page after page in one direction. */
async function walk(
  memberId: string,
  size: number,
  direction: 'forward' | 'backward',
  status: readonly string[] | undefined,
): Promise<string[]> {
  const walked: string[] = [];
  let cursor: string | null = null;
  for (;;) {
    const { edges, pageInfo }: Connection<{ readonly anchor: string }> = await pager.connection(
      direction === 'forward' ? { first: size, after: cursor } : { last: size, before: cursor },
      (slice) => entries.slice(memberId, slice, { status, history: false }),
      ({ anchor }) => ({ anchor }),
      memberId,
    );
    const anchors = edges.map(({ node }) => node.anchor);
    if (direction === 'forward') walked.push(...anchors);
    else walked.unshift(...anchors);
    cursor = direction === 'forward' ? pageInfo.endCursor : pageInfo.startCursor;
    if (!(direction === 'forward' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return walked;
  }
}

const reservationPart = fc.record({
  seq: fc.constant(1),
  status: fc.constantFrom('WAITING', 'READY', 'CANCELLED', 'EXPIRED', 'FULFILLED'),
  updatedAt: fc.constant(LONG_AGO),
});
/** Whatever Rental's events can have left, each consumed or not. */
const rentalPart = fc.oneof(
  fc.record({
    seq: fc.constant(1),
    phase: fc.constantFrom('REQUESTED', 'REJECTED'),
    updatedAt: fc.constant(LONG_AGO),
  }),
  fc.record({
    seq: fc.constant(2),
    phase: fc.constantFrom('ACTIVE', 'RETURNED'),
    dueAt: fc.constantFrom(LONG_AGO, FAR_AHEAD),
    updatedAt: fc.constant(LONG_AGO),
  }),
);
const decisionPart = fc.oneof(
  fc.record({ seq: fc.constant(1), decision: fc.constantFrom('CHECKED', 'REFUSED'), updatedAt: fc.constant(LONG_AGO) }),
  fc.record({
    seq: fc.constant(1),
    decision: fc.constantFrom('CHECKED', 'REFUSED_ON_RESERVATION'),
    reservationId: fc.constant('reservation'),
    updatedAt: fc.constant(LONG_AGO),
  }),
  fc.record({
    seq: fc.constant(2),
    decision: fc.constant('CHECKED'),
    back: fc.constant(true),
    updatedAt: fc.constant(LONG_AGO),
  }),
);
const stored = fc.oneof(
  fc.record({ reserve: reservationPart }),
  fc.oneof(
    fc.record({ rental: rentalPart }),
    fc.record({ reserve: decisionPart }),
    fc.record({ rental: rentalPart, reserve: decisionPart }),
  ),
);
let members = 0;
const pages = fc.record({
  rows: fc.array(stored, { maxLength: 25 }),
  size: fc.integer({ min: 1, max: 6 }),
  status: fc.option(fc.subarray([...statuses], { minLength: 1 }), { nil: undefined }),
});

describe("a member's list of entries", () => {
  it('read page after page in either direction is the whole list, filtered by status, whatever has been consumed of each rental so far', async () => {
    await fc.assert(
      fc.asyncProperty(pages, async ({ rows, size, status }) => {
        const memberId = `member-${String((members += 1))}`;
        const documents = rows.map((row, index) => ({
          _id: `${memberId}-${String(index).padStart(3, '0')}`,
          memberId,
          bookId: 'book',
          history: {},
          ...row,
        }));
        const isReservation = (document: object): boolean =>
          'reserve' in document && 'status' in (document as ReservationDocument).reserve;
        const reservations = documents.filter(isReservation) as ReservationDocument[];
        const rentals = documents.filter((document) => !isReservation(document)) as RentalDocument[];
        await insert({ reservations, rentals });

        const now = new Date();
        const whole = [
          ...reservations
            .filter(({ reserve }) => reserve.status !== 'FULFILLED')
            .map((row) => ({ anchor: row._id, ...entryOfReservation(row) })),
          ...rentals.filter(isEntry).map((row) => ({ anchor: row._id, ...entryOfRental(row, undefined, now) })),
        ].sort((one, other) => (one.anchor < other.anchor ? 1 : -1));
        const wanted = whole.filter((entry) => status?.includes(entry.status) ?? isListedByDefault(entry));
        const anchors = wanted.map(({ anchor }) => anchor);
        expect(await walk(memberId, size, 'forward', status)).toEqual(anchors);
        expect(await walk(memberId, size, 'backward', status)).toEqual(anchors);

        const numberOf = (...shown: readonly string[]): number =>
          whole.filter((entry) => shown.includes(entry.status)).length;
        const canBeOverdue = rentals.some(
          (row) =>
            isEntry(row) && row.rental?.phase === 'ACTIVE' && entryOfRental(row, undefined, now).status === 'ON_RENTAL',
        );
        expect(await entries.counts(memberId)).toEqual({
          active: numberOf('ON_RENTAL', 'OVERDUE'),
          waiting: numberOf('BOOKING'),
          overdue: numberOf('OVERDUE'),
          nextOverdueMs: canBeOverdue ? (expect.closeTo(Date.parse(FAR_AHEAD) - now.getTime(), -5) as number) : null,
        });
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('says how many wait for a title with a smaller ticket, and counts only those who still wait', async () => {
    const reservations = [1, 2, 3, 5].map((ticket): ReservationDocument => ({
      _id: `queue-${String(ticket)}`,
      memberId: `queue-member-${String(ticket)}`,
      bookId: 'queue',
      reserve: { seq: ticket, status: ticket === 2 ? 'CANCELLED' : 'WAITING', ticket, updatedAt: LONG_AGO },
      history: {},
    }));
    await insert({ reservations, rentals: [] });
    expect(await entries.waitingBefore({ bookId: 'queue', ticket: 5 })).toBe(2);
    expect(await entries.waitingBefore({ bookId: 'queue', ticket: 1 })).toBe(0);
  });
});

describe('a second event with the number of another', () => {
  it('has no effect on a page, and is reported', async () => {
    const page = readModelVersion(connection, 1);
    await page.prepare();
    const consumed = (sequence: number, id: string) => ({
      event: { ...withdrawn, id, sequence },
      traceparent: undefined,
    });
    expect(await page.consume([consumed(1, 'one'), consumed(2, 'two')])).toEqual([]);
    const again = [consumed(1, 'one'), consumed(2, 'another'), consumed(3, 'three')];
    expect(await page.consume(again)).toEqual([again[1]?.event]);
    // A rebuild moves positions without ids: what it read is compared with nothing.
    await page.apply([consumed(4, 'four')]);
    expect(await page.consume([consumed(3, 'another'), consumed(4, 'another'), consumed(5, 'five')])).toMatchObject([
      { sequence: 3 },
    ]);
    expect(await page.hasConsumed({ source: 'book', key: withdrawn.key, sequence: 5 })).toBe(true);
  });
});

describe('what a page costs', () => {
  const SMALL = 100;
  const LARGE = 10_000;
  /** Reading through what lies behind a page would make it a hundred times. */
  const MOST = 3;
  const slice = () => ({ after: undefined, before: undefined, limit: 21, backward: false });
  const newest = { history: true };

  const closed = (memberId: string, count: number) => {
    const id = (kind: string, n: number): string => `${memberId}-${String(n).padStart(6, '0')}-${kind}`;
    const numbers = Array.from({ length: count }, (_, n) => n);
    const common = { memberId, bookId: `${memberId}-book`, bookTitle: 'T', history: {} };
    return {
      reservations: numbers.map((n): ReservationDocument => ({
        ...common,
        _id: id('reservation', n),
        reserve: { seq: n, status: n % 10 === 0 ? 'CANCELLED' : 'FULFILLED', ticket: n, updatedAt: LONG_AGO },
      })),
      rentals: numbers.map((n): RentalDocument => ({
        ...common,
        _id: id('rental', n),
        rental: {
          seq: n,
          phase: n % 10 === 1 ? 'REJECTED' : n % 10 === 2 ? 'REQUESTED' : 'RETURNED',
          updatedAt: LONG_AGO,
        },
        reserve: {
          seq: n,
          ...(n % 10 === 2
            ? { decision: n % 20 === 2 ? ('REFUSED' as const) : ('REFUSED_ON_RESERVATION' as const) }
            : { decision: 'CHECKED' as const, reservationId: id('reservation', n) }),
          ...(n % 10 > 2 && { back: true }),
          updatedAt: LONG_AGO,
        },
      })),
    };
  };

  beforeAll(async () => {
    await insert(closed('small', SMALL));
    await insert(closed('large', LARGE));
  });

  it.each([
    ['the newest entries', (memberId: string) => entries.slice(memberId, slice(), newest)],
    ['the oldest entries', (memberId: string) => entries.slice(memberId, { ...slice(), backward: true }, newest)],
    ...statuses.map((status): [string, (memberId: string) => Promise<unknown>] => [
      `the newest with ${status}`,
      (memberId) => entries.slice(memberId, slice(), { status: [status], history: true }),
    ]),
    [
      'a page further on',
      (memberId: string) =>
        entries.slice(
          memberId,
          { ...slice(), after: { position: { anchor: `${memberId}-000050` }, inclusive: false } },
          newest,
        ),
    ],
    ['the counts', (memberId: string) => entries.counts(memberId)],
    [
      'a position',
      (memberId: string) => entries.waitingBefore({ bookId: `${memberId}-book`, ticket: Number.MAX_SAFE_INTEGER }),
    ],
  ])('is the same for %s with a hundred or ten thousand closed entries behind them', async (_what, read) => {
    const examinedFor = async (memberId: string): Promise<number> => {
      mockExamined = 0;
      await read(memberId);
      return mockExamined;
    };
    const [small, large] = [await examinedFor('small'), await examinedFor('large')];
    expect(large).toBeLessThanOrEqual(MOST * small);
  });
});

describe('the event trail', () => {
  eventTrailOf(() => ({ connection, examined: mockExamined }));
});
