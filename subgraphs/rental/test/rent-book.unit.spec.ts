import type { BookRentalsStore, Rentals } from '../src/application/ports';
import { rentBook } from '../src/application/rent-book.use-case';
import type { RentalView } from '../src/application/views';

const member = { userId: 'alice', userNm: 'Alice' };
const context = { actor: 'alice', correlationId: 'test', traceparent: '' };

const counter: Pick<BookRentalsStore, 'recordRefusal' | 'waitForReplica' | 'read' | 'progress'> = {
  recordRefusal: () => Promise.reject(new Error('there is no refusal to record')),
  waitForReplica: () => Promise.resolve(),
  read: () => Promise.resolve(undefined),
  progress: () => Promise.resolve(undefined),
};

/** Committing takes a while, and Reserve does not decide; resolves to how long the answer still waited for it. */
async function waitedMs({ commitTakesMs, decisionWaitMs }: Record<'commitTakesMs' | 'decisionWaitMs', number>) {
  let waited: number | undefined;
  const store: BookRentalsStore = {
    execute() {
      jest.setSystemTime(Date.now() + commitTakesMs);
      return Promise.resolve({ outcome: { accepted: 'rental-1' }, sequence: 1 });
    },
    ...counter,
    changes: {
      signal: () => undefined,
      until(_bookId, ms) {
        waited = ms;
        return Promise.resolve(undefined);
      },
    },
  };
  const rentals: Rentals = { byIds: () => Promise.resolve([]), ofBook: () => Promise.resolve([]) };
  await rentBook({ store, rentals, decisionWaitMs }, 'book-1', member, context);
  return waited;
}

/** What a poll finds that waits for Reserve: `reserve` of the rental, while Reserve's events are consumed up to `consumed`. */
async function seen({ reserve, consumed }: { readonly reserve: RentalView['reserve']; readonly consumed: number }) {
  const rental: RentalView = {
    ...{ _id: 'rental-1', userId: 'alice', bookId: 'book-1', now: new Date() },
    rental: { seq: 1, userNm: 'Alice', phase: 'REQUESTED', rentedAt: '2026-03-02T09:00:00.000Z' },
    ...(reserve && { reserve }),
  };
  let found: unknown;
  const store: BookRentalsStore = {
    execute: () => Promise.resolve({ outcome: { accepted: 'rental-1' }, sequence: 1 }),
    ...counter,
    progress: () => Promise.resolve({ sequence: 1, seen: { reserve: consumed } }),
    changes: {
      signal: () => undefined,
      async until(_bookId, _ms, find) {
        const decided = await find();
        found = decided;
        return decided;
      },
    },
  };
  const rentals: Rentals = { byIds: () => Promise.resolve([rental]), ofBook: () => Promise.resolve([]) };
  await rentBook({ store, rentals, decisionWaitMs: 2_000 }, 'book-1', member, context);
  return found;
}

describe('what a request to rent waits for', () => {
  const refused = {
    seq: 7,
    refused: { code: 'NOT_RESERVED', rule: 'A copy is for the member who reserved it.' },
  } as const;

  it('is missing while Reserve has not decided', async () => {
    expect(await seen({ reserve: undefined, consumed: 6 })).toBeUndefined();
  });

  it('is missing while the view shows a decision that the aggregate has not consumed', async () => {
    expect(await seen({ reserve: refused, consumed: 6 })).toBeUndefined();
  });

  it('is there as soon as it counts, so that the reader may ask again at once', async () => {
    expect(await seen({ reserve: refused, consumed: 7 })).toMatchObject({
      rental: { reserve: refused },
      progress: { seen: { reserve: 7 } },
    });
  });
});

describe('a request to rent', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('waits for the decision for what committing it has left of the time', async () => {
    expect(await waitedMs({ commitTakesMs: 600, decisionWaitMs: 2_000 })).toBe(1_400);
  });

  it('is answered at once where committing it took all of the time', async () => {
    expect(await waitedMs({ commitTakesMs: 2_500, decisionWaitMs: 2_000 })).toBe(0);
  });
});
