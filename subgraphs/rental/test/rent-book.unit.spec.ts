import type { BookRentalsStore, Rentals } from '../src/application/ports';
import { rentBook } from '../src/application/rent-book.use-case';

const member = { userId: 'alice', userNm: 'Alice' };
const context = { actor: 'alice', correlationId: 'test', traceparent: '' };

/** Committing takes a while, and Reserve says nothing; resolves to how long the answer still waited for it. */
async function waitedMs({ commitTakesMs, decisionWaitMs }: Record<'commitTakesMs' | 'decisionWaitMs', number>) {
  let waited: number | undefined;
  const store: BookRentalsStore = {
    execute() {
      jest.setSystemTime(Date.now() + commitTakesMs);
      return Promise.resolve({ outcome: { accepted: 'rental-1' }, sequence: 1 });
    },
    decline: () => Promise.reject(new Error('there is nothing to decline')),
    arrival: () => Promise.resolve(),
    read: () => Promise.resolve(undefined),
    progress: () => Promise.resolve(undefined),
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
