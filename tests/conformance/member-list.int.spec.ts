import type * as Filters from '../../engines/mongo/src/query/filter';
import type {
  RentalDocument,
  ReservationDocument,
} from '../../subgraphs/mypage/src/projections/member-entries/member-entries.model';
import { eventTrailOf } from './event-trail.cases';
import './member-page-commands.cases';
import { LONG_AGO, statuses } from './member-list.arbitraries';
import { connection, entries, insert } from './member-list.support';
import './member-list-walks.cases';

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
