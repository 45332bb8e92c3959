import type { EventOf } from '@rentalbook/event-contracts';
import { type Connection, createPager, createSeal } from '@rentalbook/service-kit';
import * as fc from 'fast-check';
import type {
  RentalDocument,
  ReservationDocument,
} from '../../subgraphs/mypage/src/projections/member-entries/member-entries.model';
import {
  entryOfRental,
  entryOfReservation,
  isEntry,
  isListedByDefault,
} from '../../subgraphs/mypage/src/projections/member-entries/member-entry';
import { readModelVersion } from '../../subgraphs/mypage/src/projections/versions/read-model-version';
import { LONG_AGO, FAR_AHEAD, pages } from './member-list.arbitraries';
import { connectElsewhere, connection, entries, insert } from './member-list.support';

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

let members = 0;

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

describe('a checkpoint that another process has moved', () => {
  it('is looked up before a gap counts, and reported as consumed', async () => {
    const elsewhere = await connectElsewhere();
    try {
      const [here, there] = [readModelVersion(connection, 2), readModelVersion(elsewhere, 2)];
      await here.prepare();
      const consumed = (sequence: number) => ({
        event: { ...withdrawn, key: 'moved', id: String(sequence), sequence },
        traceparent: undefined,
      });
      await here.consume([consumed(1)]);
      await there.consume([consumed(2), consumed(3)]);
      expect(await here.consume([consumed(4)])).toEqual([]);
      const position = (sequence: number) => ({ source: 'book', key: 'moved', sequence });
      expect([await there.hasConsumed(position(4)), await there.hasConsumed(position(5))]).toEqual([true, false]);
      await expect(here.consume([consumed(6)])).rejects.toThrow('is missing');
    } finally {
      await elsewhere.close();
    }
  });
});
