import type { AggregateDocument } from '@rentalbook/aggregate-store';
import { connectDatabase, StoreUnavailable } from '@rentalbook/mongo';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { GIVE_UP_AFTER_MS } from '@rentalbook/test-kit/eventually';
import type { BookCirculation } from '../../subgraphs/reserve/src/domain/book-circulation';
import { reservationsIn } from '../../subgraphs/reserve/src/persistence/reservations';
import { newId, openCatalogue, type Catalogue } from './catalogue-under-test';
import { openCirculation } from './circulation-under-test';
import { bookStream, silent } from './consumer-under-test';
import { mongo, closing } from './store.support';
import './reserve-store.cases';

const REPLICAS = 4;
const COMMANDS_EACH = 6;

describe('a book whose commands come by way of several replicas at once', () => {
  /** Every replica adds copies to one book, one after the other, while the others do the same. */
  async function concurrentReservations() {
    const projected: RentalbookEvent[] = [];
    const project = (events: readonly RentalbookEvent[]) => Promise.resolve(void projected.push(...events));
    const replicas: Catalogue[] = [];
    for (let n = 0; n < REPLICAS; n += 1) replicas.push(await openCatalogue({ url: mongo.url, project }));
    closing.push(...replicas.map((replica) => replica.close));
    const [first] = replicas;
    if (!first) throw new Error('there is a first replica');
    const bookId = newId();
    await first.add(bookId);
    const answers = await Promise.all(
      replicas.map(async (replica) => {
        const sequences: number[] = [];
        for (let n = 0; n < COMMANDS_EACH; n += 1) sequences.push((await replica.addCopies(bookId, 1)).sequence);
        return sequences;
      }),
    );
    return { document: await first.onRecord(bookId), sequences: answers.flat(), projected };
  }
  const total = REPLICAS * COMMANDS_EACH + 1;
  const upToTotal = Array.from({ length: total }, (_, index) => index + 1);
  const inOrder = (numbers: readonly number[]): number[] => [...numbers].sort((one, other) => one - other);

  it('loses none of them, and numbers their events without a gap', async () => {
    const { document, sequences } = await concurrentReservations();
    expect(document).toMatchObject({ sequence: total, revision: total, state: { copies: { length: total } } });
    expect(document.outbox.map(({ seq }) => seq)).toEqual(upToTotal);
    expect(inOrder(sequences)).toEqual(upToTotal.slice(1));
  });

  it('publishes and projects no event that was decided and not committed', async () => {
    const { document, projected } = await concurrentReservations();
    const committed = new Set(document.outbox.map(({ event }) => event.id));
    expect(new Set(projected.map(({ id }) => id)).size).toBe(total);
    expect(projected.filter(({ id }) => !committed.has(id))).toEqual([]);
  });
});

describe('a title in demand', () => {
  const reader = (n: number) => ({ userId: `reader-${String(n)}`, userNm: 'Anon' });
  async function titleOf() {
    const connection = await connectDatabase(mongo.url, 'wanted', GIVE_UP_AFTER_MS, silent);
    closing.push(() => connection.close());
    const store = await openCirculation(connection);
    const key = newId();
    for (const event of bookStream(key, 1)) await store.consume([{ event, traceparent: undefined }]);
    const reserve = (n: number, idempotencyKey?: string) => {
      const member = reader(n);
      const request = { reserve: key };
      return store.execute(
        key,
        { type: 'ReserveBook', member },
        {
          ...{ actor: member.userId, correlationId: newId(), traceparent: '' },
          ...(idempotencyKey !== undefined && {
            idempotency: { owner: member.userId, key: idempotencyKey, request },
          }),
        },
      );
    };
    const onRecord = async (): Promise<AggregateDocument<BookCirculation>> => {
      const found = await store.model.findById(key).lean<AggregateDocument<BookCirculation>>();
      if (!found) throw new Error('the title is on record');
      return found;
    };
    return { reserve, onRecord };
  }

  it('has one queue in the order of asking, in a few writes that hold many commands each', async () => {
    const { reserve, onRecord } = await titleOf();
    const before = await onRecord();
    const answers = await Promise.all(Array.from({ length: 80 }, (_, n) => reserve(n)));
    const document = await onRecord();
    expect(document.state.queue.map(({ ticket, userId }) => [ticket, userId])).toEqual(
      Array.from({ length: 80 }, (_, n) => [n + 1, reader(n).userId]),
    );
    expect(new Set(answers.map(({ outcome }) => JSON.stringify(outcome))).size).toBe(80);
    expect(document.outbox.map(({ seq }) => seq)).toEqual(document.outbox.map((_, place) => place + 1));
    expect(document.sequence).toBe(document.outbox.length);
    expect(document.revision - before.revision).toBeLessThan(10);
  });

  it('takes a key that is sent twice concurrently for one command, and one member for one reader', async () => {
    const { reserve, onRecord } = await titleOf();
    const [first, second, again] = await Promise.all([reserve(1, 'once'), reserve(1, 'once'), reserve(1)]);
    expect(second).toMatchObject({ outcome: first.outcome, sequence: first.sequence });
    expect(
      [first, again].map(({ outcome }) => ('refused' in outcome ? outcome.refused.code : 'accepted')).sort(),
    ).toEqual(['ALREADY_RESERVED', 'accepted']);
    expect((await onRecord()).state).toMatchObject({ queue: { length: 1 } });
  });

  it('turns away whom it has no room for until its events are sent, and records nothing of them', async () => {
    const { reserve, onRecord } = await titleOf();
    const outcomes = await Promise.allSettled(Array.from({ length: 130 }, (_, n) => reserve(n)));
    const accepted = outcomes.filter(({ status }) => status === 'fulfilled');
    const turnedAway = outcomes.filter(({ status }) => status === 'rejected');
    expect(turnedAway.length).toBeGreaterThan(0);
    for (const one of turnedAway)
      expect(one).toMatchObject({ reason: { message: 'Events of this key wait for Kafka; try again later.' } });
    expect((await onRecord()).state).toMatchObject({ queue: { length: accepted.length } });
  });
});

describe('an event of a book', () => {
  it('is projected once its change is committed, and not before', async () => {
    const committed: boolean[] = [];
    const books = await openCatalogue({
      url: mongo.url,
      async project(events) {
        for (const { id, key } of events) {
          const document = await books.store.model.findById(key).lean();
          committed.push(document?.outbox.some(({ event }) => event.id === id) ?? false);
        }
      },
    });
    closing.push(books.close);
    const bookId = newId();
    await books.add(bookId);
    await books.addCopies(bookId, 1);
    // The second time with events of the first that are not sent yet.
    expect(committed).toEqual([true, true, true]);
  });

  it('is projected before a later one also when its writer died before it could, or is still about to', async () => {
    const connection = await connectDatabase(mongo.url, 'views', GIVE_UP_AFTER_MS, silent);
    closing.push(() => connection.close());
    const reservations = reservationsIn(connection);
    const dying = await openCirculation(connection, () => Promise.reject(new StoreUnavailable('it died')));
    const living = await openCirculation(connection, reservations.project);
    const key = newId();
    await living.consume(bookStream(key, 1).map((event) => ({ event, traceparent: undefined })));
    const reserve = (by: typeof living, userId: string) => {
      const context = { actor: userId, correlationId: newId(), traceparent: '' };
      const member = { userId, userNm: 'Anon' };
      return by.execute(key, { type: 'ReserveBook', member }, context);
    };
    const holder = await reserve(living, 'holder');
    if (!('accepted' in holder.outcome)) throw new Error('the first one may reserve');
    const reservationId = holder.outcome.accepted;
    await expect(reserve(dying, 'next')).rejects.toThrow('it died');
    const cancel = { type: 'CancelReservation', reservationId, by: 'holder', reason: 'no longer needed' } as const;
    await living.execute(key, cancel, { actor: 'holder', correlationId: newId(), traceparent: '' });

    const views = await reservations.ofBook(key, { after: undefined, before: undefined, limit: 10, backward: false });
    expect(views.map(({ userId, ticket, status }) => [userId, ticket, status])).toEqual([
      ['holder', 1, 'CANCELLED'],
      ['next', 2, 'READY'],
    ]);
  });
});
