import { startEmbeddedKafka, type EmbeddedKafka } from '@rentalbook/embedded-kafka';
import { startEmbeddedMongo, type EmbeddedMongo } from '@rentalbook/embedded-mongo';
import {
  accepted,
  eventually,
  librarian,
  member,
  startSystem,
  type Librarian,
  type System,
} from '@rentalbook/test-kit';
import { underWay } from '../faults/harness/checker/level';
import { openLibrary } from '../faults/harness/checker/library';
import { countKafkaTraffic, countMongoTraffic, type Traffic } from '../harness/engine-traffic';

/*
 * What an operation costs, in counts alone: commands to MongoDB, documents written, requests to Kafka, by the service that sends
 * them. A count that grows fails; one that shrinks is to be lowered here.
 */

/** Operations of one kind that are counted together; each waits until the one before has taken effect everywhere. */
const TIMES = 8;

let mongo: EmbeddedMongo;
let kafka: EmbeddedKafka;
let traffic: Awaited<ReturnType<typeof countMongoTraffic>>[];
let system: System;
let library: Awaited<ReturnType<typeof openLibrary>>;
let libby: Librarian;

beforeAll(async () => {
  mongo = await startEmbeddedMongo({ port: 0 });
  const ofKafka = await countKafkaTraffic();
  kafka = await startEmbeddedKafka({ port: 0, advertisedPort: ofKafka.proxy.port });
  ofKafka.proxy.standBefore(kafka.port);
  const databasePrefix = 'budgets-';
  const ofMongo = await countMongoTraffic(mongo.port, databasePrefix);
  traffic = [ofMongo, ofKafka];
  system = await startSystem({
    engines: {
      brokers: `127.0.0.1:${String(ofKafka.proxy.port)}`,
      mongoUrl: `mongodb://127.0.0.1:${String(ofMongo.proxy.port)}`,
    },
    env: { MONGO_DATABASE_PREFIX: databasePrefix },
  });
  library = await openLibrary({ mongoUrl: mongo.url, security: {}, databasePrefix });
  libby = await librarian(system);
  // The empty catalogue is filled behind the start.
  await eventually(() => system.output().includes('books to the empty catalogue'), { what: 'the first books' });
  const { books } = await libby.data<{ books: { nodes: { node: { id: string } }[] } }>(
    '{ books(first: 20) { nodes: edges { node { id } } } }',
  );
  await untilLevel(books.nodes.map(({ node }) => node.id));
});
afterAll(async () => {
  await library.close();
  await system.stop();
  await Promise.all(traffic.map(({ proxy }) => proxy.close()));
  await Promise.all([mongo.close(), kafka.close()]);
});

const untilLevel = (bookIds: readonly string[]): Promise<unknown> =>
  eventually(
    async () =>
      [...(await library.documents(bookIds))].every(([id, documents]) => underWay(id, documents).length === 0),
    { what: 'every service having consumed all' },
  );

async function aBook(title: string, copies: number): Promise<string> {
  const { id } = accepted(await libby.addBook(title, copies));
  await untilLevel([id]);
  return id;
}

/** The traffic of one operation: the mean of several, each from the start to its last effect. */
async function costOf(operation: (n: number) => Promise<readonly string[]>): Promise<Traffic> {
  const total: Record<string, number> = {};
  // The first one warms up: caches are filled, and connections are made.
  for (let n = 0; n <= TIMES; n += 1) {
    for (const { take } of traffic) take();
    await untilLevel(await operation(n));
    if (n > 0)
      for (const { take } of traffic)
        for (const [name, times] of Object.entries(take())) total[name] = (total[name] ?? 0) + times;
  }
  return Object.fromEntries(Object.entries(total).map(([name, times]) => [name, times / TIMES]));
}

/** The counts that are over their budget; what has no budget may not occur. What begins in one operation may be counted in the next. */
const over = (cost: Traffic, budget: Traffic): Traffic =>
  Object.fromEntries(Object.entries(cost).filter(([name, each]) => Math.round(each) > (budget[name] ?? 0)));

/** A service loads a document that it has not written within a second: none on a fast machine, one for each write on a slow one. */
const loads = (service: string, most: number): Traffic => ({ [`${service} aggregate aggregates`]: most });
const commits = (each: number): Traffic =>
  Object.fromEntries(['book', 'reserve', 'rental', 'mypage'].map((service) => [`${service} OffsetCommit`, each]));
/** Commands that write, and the documents that they write. */
const writes = (what: string, commands: number, documents = commands): Traffic => ({
  [what]: commands,
  [`${what}, documents`]: documents,
});

const PAGE = `{ myPage { activeCount waitingCount overdueCount entries(first: 20) { edges { node { id bookTitle status position
  book { id title availableCopies } reservation { id status position } rental { id status dueAt } } } } } }`;

describe('an operation costs no more than its budget', () => {
  test('a reservation', async () => {
    const bookId = await aBook('Reserved', TIMES + 1);
    const cost = await costOf(async (n) => {
      const reader = await member(system, `reserves-${String(n)}`);
      accepted(await reader.reserve(bookId));
      return [bookId];
    });
    const budget = {
      // The decision, what its answer shows of the queue, its view, the event log, and the outbox once it is published.
      ...loads('reserve', 1),
      'reserve find aggregates': 1,
      ...writes('reserve update aggregates', 2),
      ...writes('reserve update reservations', 1),
      ...writes('reserve update events', 1, 2),
      'reserve Produce': 1,
      // What follows from its two events, which come together.
      ...loads('book', 1),
      ...writes('book update aggregates', 1),
      ...loads('rental', 1),
      ...writes('rental update aggregates', 1),
      ...writes('mypage update mypage_reservations', 1),
      ...writes('mypage update mypage_trail', 1, 2),
      ...writes('mypage update mypage_positions', 1),
      ...commits(1),
    };
    expect(over(cost, budget)).toEqual({});
  });

  test('a reservation, the rental and the return', async () => {
    const bookId = await aBook('Rented', TIMES + 1);
    const cost = await costOf(async (n) => {
      const reader = await member(system, `rents-${String(n)}`);
      accepted(await reader.reserve(bookId));
      await untilLevel([bookId]);
      const { id } = accepted(await reader.rent(bookId));
      await untilLevel([bookId]);
      accepted(await reader.giveBack(id));
      return [bookId];
    });
    const budget = {
      // An outbox that grows while it is published costs one more update.
      ...loads('reserve', 5),
      'reserve find aggregates': 1,
      ...writes('reserve update aggregates', 10),
      ...writes('reserve update reservations', 2),
      ...writes('reserve update events', 3, 4),
      'reserve Produce': 3,
      // A request to rent polls for Reserve's decision, more often where that takes long.
      ...loads('rental', 5),
      'rental aggregate rentals': 6,
      'rental find aggregates': 6,
      ...writes('rental update aggregates', 9),
      ...writes('rental update rentals', 4),
      ...writes('rental update events', 3),
      'rental Produce': 3,
      ...loads('book', 3),
      ...writes('book update aggregates', 3),
      ...writes('mypage update mypage_reservations', 2),
      ...writes('mypage update mypage_rentals', 5),
      // Seven events; three follow from another one, and date it too: a write of its own where it came in an earlier batch.
      ...writes('mypage update mypage_trail', 6, 7 + 3),
      ...writes('mypage update mypage_positions', 6),
      ...commits(6),
    };
    expect(over(cost, budget)).toEqual({});
  });

  test('a page of 20 titles over four subgraphs, and one title', async () => {
    const reader = await member(system, 'reads');
    const bookIds: string[] = [];
    for (let n = 0; n < 20; n += 1) bookIds.push(accepted(await libby.addBook(`Read ${String(n)}`, 1)).id);
    await untilLevel(bookIds);
    for (const bookId of bookIds) accepted(await reader.reserve(bookId));
    await untilLevel(bookIds);
    const page = await costOf(async () => {
      await reader.data(PAGE);
      return [];
    });
    const book = await costOf(async (n) => {
      await reader.book(bookIds[n] ?? '');
      return [];
    });
    expect({
      page: over(page, {
        'mypage aggregate mypage_reservations': 1,
        'book find aggregates': 1,
        'reserve find aggregates': 1,
        'reserve find reservations': 1,
        'rental aggregate rentals': 1,
      }),
      book: over(book, { 'book find aggregates': 1, 'reserve find aggregates': 2 }),
    }).toEqual({ page: {}, book: {} });
  });
});
