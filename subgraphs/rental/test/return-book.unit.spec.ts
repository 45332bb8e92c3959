import { recordedOutcome } from '@rentalbook/aggregate-store';
import { subgraphSchema, uncollectedParts } from '@rentalbook/service-kit';
import { graphql } from 'graphql';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BookRentalsStore, ReserveClient } from '../src/application/ports';
import { returnBook } from '../src/application/return-book.use-case';
import { resolvers } from '../src/resolvers';

const context = { actor: 'bob', correlationId: 'test', traceparent: '' };
const rental = { _id: 'rental-1', userId: 'alice', bookId: 'book-1', now: new Date() };

/** Alice has the book at home. */
function library({ commitTakesMs = 0 } = {}) {
  const calls: string[] = [];
  const waits: number[] = [];
  const open = [{ rentalId: 'rental-1', userId: 'alice', userNm: 'Alice', copyId: 'copy-1', decideBy: null }];
  const store: BookRentalsStore = {
    execute(_bookId, { type }) {
      calls.push(type);
      if (commitTakesMs > 0) jest.setSystemTime(Date.now() + commitTakesMs);
      return Promise.resolve({ outcome: { accepted: 'rental-1' }, sequence: 2 });
    },
    recordRefusal: (_rentalId, { outcome }) => Promise.resolve({ outcome: recordedOutcome(outcome), sequence: 0 }),
    waitForReplica: () => Promise.resolve(),
    read: () =>
      Promise.resolve({
        state: { book: { bookId: 'book-1', title: 'Emma' }, open },
        sequence: 1,
        seen: { reserve: 1 },
      }),
    progress: () => Promise.resolve(undefined),
    changes: { signal: () => undefined, until: () => Promise.resolve(undefined) },
  };
  const reserveClient: ReserveClient = {
    receiveReturnedCopy({ copyId }, _context, withinMs) {
      calls.push(copyId);
      waits.push(withinMs);
      return Promise.resolve(7);
    },
  };
  return { calls, waits, ports: { store, reserveClient, returnDeadlineMs: 1_500 } };
}

describe('a return', () => {
  it('of another member’s rental changes nothing, here or at Reserve', async () => {
    const { calls, ports } = library();
    const schema = subgraphSchema(readFileSync(join(__dirname, '../src/schema.graphql'), 'utf8'), resolvers);
    const { errors } = await graphql({
      schema,
      source: 'mutation { returnBook(input: { rentalId: "rental-1" }) { consistencyToken } }',
      contextValue: {
        caller: { memberId: 'bob', name: 'Bob', roles: ['member'] },
        deadline: { leftMs: () => 1_000 },
        rentals: { load: () => Promise.resolve(rental) },
        ports,
        parts: uncollectedParts,
        traceparent: '',
      },
    });
    expect(errors?.map(({ extensions, message }) => [extensions['code'], message])).toEqual([
      ['FORBIDDEN', 'This belongs to another member.'],
    ]);
    expect(calls).toEqual([]);
  });

  it('is decided here first and then reported to Reserve, with the copy that is out', async () => {
    const { calls, ports } = library();
    const returned = await returnBook(ports, 'rental-1', rental, context);
    expect(calls).toEqual(['ReturnBook', 'copy-1']);
    expect(returned).toMatchObject({ bookId: 'book-1', sequence: 2, reserveSequence: 7 });
  });

  it('of a rental that never was is refused, and nothing is sent to Reserve', async () => {
    const { calls, ports } = library();
    const { outcome } = await returnBook(ports, 'rental-2', null, context);
    expect(outcome).toMatchObject({ refused: { code: 'RENTAL_NOT_FOUND' } });
    expect(calls).toEqual([]);
  });

  describe('that takes long to commit', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    it('waits for Reserve for what that has left of the time', async () => {
      const { waits, ports } = library({ commitTakesMs: 600 });
      await returnBook(ports, 'rental-1', rental, context);
      expect(waits).toEqual([900]);
    });

    it('leaves the rest to the event where that took all of the time', async () => {
      const { waits, ports } = library({ commitTakesMs: 1_500 });
      const returned = await returnBook(ports, 'rental-1', rental, context);
      expect(waits).toEqual([]);
      expect(returned).toMatchObject({ outcome: { accepted: 'rental-1' }, reserveSequence: undefined });
    });
  });
});
