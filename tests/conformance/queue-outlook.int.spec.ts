import { connectDatabase } from '@rentalbook/mongo';
import { type EmbeddedMongo, startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import { parseEvent, type RentalbookEvent } from '@rentalbook/event-contracts';
import { GIVE_UP_AFTER_MS } from '@rentalbook/test-kit/eventually';
import { randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import type { QueueOutlooks } from '../../subgraphs/reserve/src/application/ports';
import { estimatedReadyAt, positionOf, type QueueOutlook } from '../../subgraphs/reserve/src/application/queue-outlook';
import type { BookCirculation } from '../../subgraphs/reserve/src/domain/book-circulation';
import { queueOutlooksIn } from '../../subgraphs/reserve/src/persistence/queue-outlooks';
import { openCirculation } from '../faults/circulation-under-test';

const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const LONG = 5_000;
/** The only copy is on loan: all reservations wait. */
const LENT = { state: 'ON_LOAN', rentalId: 'rental', userId: 'borrower', dueAt: null } as const;

interface Reply {
  readonly command: string;
  readonly bytes: number;
}

describe('the queue of a title, as readers see it', () => {
  let mongo: EmbeddedMongo;
  let connection: Connection;
  let store: Awaited<ReturnType<typeof openCirculation>>;
  let outlooks: QueueOutlooks;
  const replies: Reply[] = [];

  beforeAll(async () => {
    mongo = await startEmbeddedMongo({ port: 0 });
    connection = await connectDatabase(`${mongo.url}/?monitorCommands=true`, 'reserve', GIVE_UP_AFTER_MS, silent);
    connection.getClient().on('commandSucceeded', ({ commandName, reply }) => {
      replies.push({ command: commandName, bytes: mongoose.mongo.BSON.calculateObjectSize(reply as object) });
    });
    store = await openCirculation(connection);
    outlooks = queueOutlooksIn(store.model);
  });
  afterAll(async () => {
    await connection.close();
    await mongo.close();
  });

  /** A title for which so many readers wait. */
  const insertQueue = async (bookId: string, length: number): Promise<void> => {
    const state: BookCirculation = {
      book: { bookId, title: 'T' },
      copies: [{ copyId: `${bookId}-copy`, withdrawn: false, ...LENT }],
      queue: Array.from({ length }, (_, index) => ({
        reservationId: `${bookId}-${String(index)}`,
        userId: `member-${String(index)}`,
        ticket: index + 1,
        ready: null,
      })),
      lastTicket: length,
    };
    await store.model.create({
      ...{ _id: bookId, revision: 1, sequence: length, state, outbox: [], seen: {}, commands: [] },
      answeredThrough: 1,
    });
  };

  const repliesTo = async (read: () => Promise<unknown>): Promise<readonly Reply[]> => {
    replies.length = 0;
    await read();
    return [...replies];
  };

  it('costs one query of the same size, however long the queue is', async () => {
    await insertQueue('short', 1);
    await insertQueue('long', LONG);
    await outlooks(['short', 'long']);
    const short = await repliesTo(() => outlooks(['short']));
    const long = await repliesTo(() => outlooks(['long']));
    expect(short).toHaveLength(1);
    expect(long.map(({ command }) => command)).toEqual(['find']);
    expect(long[0]?.bytes).toBeLessThan((short[0]?.bytes ?? 0) + 10);
  });

  it('costs one query for twenty titles, and one more when any of them changed', async () => {
    const titles = Array.from({ length: 20 }, (_, index) => `title-${String(index)}`);
    for (const title of titles) await insertQueue(title, 3);
    expect(await repliesTo(() => outlooks(titles))).toHaveLength(2);
    expect(await repliesTo(() => outlooks(titles))).toHaveLength(1);
    await cancel('title-7', 'title-7-0');
    expect(await repliesTo(() => outlooks(titles))).toHaveLength(2);
    expect((await outlooks(titles)).get('title-7')?.waiting).toEqual([2, 3]);
  });

  it('shares the query that loads a changed title among concurrent readers', async () => {
    await insertQueue('wanted', LONG);
    const loads = await repliesTo(() => Promise.all(Array.from({ length: 30 }, () => outlooks(['wanted']))));
    expect(loads.filter(({ bytes }) => bytes > LONG)).toHaveLength(1);
  });

  it('is exact after every change, also of another replica, of a copy that is out, and of events consumed twice', async () => {
    const other = await openCirculation(connection);
    const added = { bookId: 'book', bookNm: 'T', copyIds: ['copy-1'], authors: [], isbn: null, status: 'In stock' };
    const announced = event('Added', 'book', 1, added);
    await store.consume([consumed(announced)]);
    const [first, second, third] = [await reserve('alice'), await reserve('bob'), await reserve('carol')];
    expect(await outlook()).toEqual({ waiting: [2, 3], dueDates: [] });

    const rentaled = event('Rentaled', 'rental', 1, {
      ...{ rentalId: 'rental-1', userId: 'alice', userNm: 'alice', bookId: 'book', bookNm: 'T' },
      status: 'Start Rental',
    });
    await other.consume([consumed(rentaled)]);
    await store.consume([consumed(rentaled), consumed(announced)]);
    const loaned = {
      rentalId: 'rental-1',
      userId: 'alice',
      bookId: 'book',
      dueAt: '2030-01-01T00:00:00.000Z',
      renewals: 0,
    };
    await other.consume([consumed(event('Loaned', 'rental', 2, loaned))]);
    const known = await outlook();
    expect(known).toEqual({ waiting: [2, 3], dueDates: ['2030-01-01T00:00:00.000Z'] });
    expect([positionOf(2, known), positionOf(3, known)]).toEqual([1, 2]);
    const now = new Date('2029-12-31T00:00:00.000Z');
    expect([estimatedReadyAt(1, known, now), estimatedReadyAt(2, known, now)]).toEqual([
      '2030-01-01T00:00:00.000Z',
      null,
    ]);

    await cancel('book', second);
    expect(positionOf(3, await outlook())).toBe(1);
    await cancel('book', third);
    expect(await outlook()).toMatchObject({ waiting: [] });
    expect(first).not.toBe(second);
  });

  it('leaves out a title that is unknown', async () => {
    expect(await outlooks(['nowhere'])).toEqual(new Map());
  });

  const event = (eventType: string, source: string, sequence: number, data: object): RentalbookEvent =>
    parseEvent(
      JSON.stringify({
        ...{ id: randomUUID(), source, eventType, timestamp: '2029-01-01T00:00:00.000Z' },
        ...{ schemaVersion: 1, key: 'book', sequence, correlationId: 'c', actor: 'a', data },
      }),
    );

  const consumed = (one: RentalbookEvent) => ({ event: one, traceparent: undefined });
  const context = { actor: 'alice', correlationId: 'c', traceparent: '' };
  const accepted = (outcome: object): string => ('accepted' in outcome ? String(outcome.accepted) : 'refused');
  const reserve = async (userId: string): Promise<string> => {
    const member = { userId, userNm: userId };
    return accepted((await store.execute('book', { type: 'ReserveBook', member }, context)).outcome);
  };
  const cancel = (bookId: string, reservationId: string) =>
    store.execute(bookId, { type: 'CancelReservation', reservationId, by: 'alice', reason: 'r' }, context);
  const outlook = async (): Promise<QueueOutlook> => {
    const known = (await outlooks(['book'])).get('book');
    if (!known) throw new Error('the title is unknown');
    return known;
  };
});
