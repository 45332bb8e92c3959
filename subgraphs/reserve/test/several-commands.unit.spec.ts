import type { Executed, RecordedOutcome } from '@rentalbook/aggregate-store';
import { subgraphSchema, uncollectedParts } from '@rentalbook/service-kit';
import { graphql } from 'graphql';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueueOutlooks, Reservations } from '../src/application/ports';
import { queueOutlookOf } from '../src/application/queue-outlook';
import type { ReservationView } from '../src/application/views';
import type { Context } from '../src/context';
import type { CirculationCommand } from '../src/domain/book-circulation';
import { createLoaders } from '../src/loaders';
import { resolvers } from '../src/resolvers';
import { BOOK, library, MONDAY } from './library';

const schema = subgraphSchema(readFileSync(join(__dirname, '../src/schema.graphql'), 'utf8'), resolvers);
const librarian = { memberId: 'libby', name: 'Libby', roles: ['librarian', 'member'] };

/** A title whose only copy is ready for alice, while bob, carol and dave wait; each member with the id of their reservation. */
function queueOfThree() {
  const emma = library(['copy-1']);
  const reservationOf = Object.fromEntries(
    ['alice', 'bob', 'carol', 'dave'].map((member) => {
      const { outcome } = emma.reserve(member);
      return [member, 'accepted' in outcome ? outcome.accepted : ''];
    }),
  );
  const execute = (_key: string, command: CirculationCommand): Promise<Executed> =>
    Promise.resolve({ outcome: emma.execute(command).outcome as RecordedOutcome, sequence: 0 });
  const viewOf = (id: string): ReservationView[] =>
    emma.state.queue
      .filter(({ reservationId }) => reservationId === id)
      .map(({ reservationId, userId, ticket, ready }) => ({
        ...{ _id: reservationId, userId, userNm: userId, bookId: BOOK, ticket, statusText: 'Booking', seq: 1 },
        ...{ status: ready ? 'READY' : 'WAITING', pickupBy: ready?.pickupBy ?? null, reason: null },
        ...{ createdAt: MONDAY.toISOString(), updatedAt: MONDAY.toISOString() },
      }));
  const before = new Map(Object.values(reservationOf).map((id) => [id, viewOf(id)]));
  const reservations: Reservations = {
    // One that has left the queue stays as it was: only its id matters here.
    byIds: (ids) =>
      Promise.resolve(
        ids.flatMap((id) =>
          viewOf(id)
            .concat(before.get(id) ?? [])
            .slice(0, 1),
        ),
      ),
    justMade: (id) => viewOf(id)[0],
    ofBook: () => Promise.resolve([]),
  };
  const outlooks: QueueOutlooks = (ids) => Promise.resolve(new Map(ids.map((id) => [id, queueOutlookOf(emma.state)])));
  let commands = 0;
  const context = {
    ...{ caller: librarian, language: 'en', traceparent: '', upToDate: true, parts: uncollectedParts },
    deadline: { leftMs: () => 1_000 },
    nextCommand: () => ({ commandId: String((commands += 1)), requestedAt: MONDAY }),
    circulation: {
      ...{ execute, recordRefusal: () => Promise.reject(new Error('every reservation is there')) },
      waitForReplica: () => Promise.resolve(),
    },
    ...{
      reservations,
      tokens: { token: () => 'token' },
      now: () => MONDAY,
      loaders: createLoaders(reservations, outlooks),
    },
  } as unknown as Context;
  return { reservationOf, context };
}

describe('several commands of one request', () => {
  it('answers each with the queue as that command has left it', async () => {
    const { reservationOf, context } = queueOfThree();
    const queue = 'reservation { position book { queueLength } }';
    const { data, errors } = await graphql({
      schema,
      contextValue: context,
      source: `mutation {
        a: cancelReservation(input: { reservationId: "${String(reservationOf['dave'])}" }) { ${queue} }
        b: cancelReservation(input: { reservationId: "${String(reservationOf['bob'])}" }) { ${queue} }
        c: reserveBook(input: { bookId: "${BOOK}" }) { ${queue} }
      }`,
    });
    expect(errors).toBeUndefined();
    const lengths = Object.values(data ?? {}).map((payload) => (payload as Payload).reservation.book.queueLength);
    expect(lengths).toEqual([2, 1, 2]);
    expect((data?.['c'] as Payload).reservation.position).toBe(2);
  });
});

interface Payload {
  readonly reservation: { readonly position: number | null; readonly book: { readonly queueLength: number } };
}
