import { startEmbeddedKafka } from '@rentalbook/embedded-kafka';
import { startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import {
  accepted,
  eventually,
  librarian,
  member,
  realEngines,
  startSpanReceiver,
  startSystem,
  type Reader,
  type SpanReceiver,
  type System,
} from '@rentalbook/test-kit';
import { tracesOf } from './traces.cases';
import { startFaultProxy, type FaultProxy } from '../harness/fault-proxy';
import { underWay } from '../faults/harness/checker/level';
import { openLibrary } from '../faults/harness/checker/library';

const ENTRIES = 20;
const closing: (() => Promise<unknown>)[] = [];
/** What was sent to MongoDB since the list was last emptied. */
const sent: Buffer[] = [];
let system: System;
let receiver: SpanReceiver;
let reader: Reader;
/** Of the reader's reservations and loans, and of their titles. */
let ids: readonly string[];

async function startEngines(): Promise<{ readonly brokers: string; readonly mongoUrl: string }> {
  const real = realEngines();
  if (real) return real;
  const [kafka, mongo] = [await startEmbeddedKafka({ port: 0 }), await startEmbeddedMongo({ port: 0 })];
  closing.push(mongo.close, kafka.close);
  return { brokers: kafka.brokers, mongoUrl: mongo.url };
}

beforeAll(async () => {
  const { brokers, mongoUrl } = await startEngines();
  const proxy: FaultProxy = await startFaultProxy(Number(new URL(mongoUrl).port), (request) => sent.push(request));
  closing.unshift(proxy.close);
  receiver = await startSpanReceiver();
  closing.push(receiver.close);
  system = await startSystem({
    engines: { brokers, mongoUrl: `mongodb://127.0.0.1:${String(proxy.port)}` },
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '100' },
  });
  closing.unshift(() => system.stop());
  const libby = await librarian(system);
  reader = await member(system, 'alice');
  const bookIds = await Promise.all(
    Array.from(
      { length: ENTRIES },
      async (_, index) => accepted(await libby.addBook(`Title ${String(index + 1)}`, 1)).id,
    ),
  );
  const loans = await Promise.all(
    bookIds.map(async (bookId) => {
      const reservation = await eventually(async () => (await reader.reserve(bookId)).entity);
      return [reservation.id, accepted(await reader.rent(bookId)).id];
    }),
  );
  ids = [...bookIds, ...loans.flat()];
  await untilNothingIsUnderWay(mongoUrl, bookIds);
  expect((await reader.page()).entries.map(({ status }) => status)).toEqual(bookIds.map(() => 'ON_RENTAL'));
});
afterAll(async () => {
  for (const close of closing) await close();
});

const READS = ['\x02find\0', '\x02aggregate\0'];

/** The databases that were asked about any of the reader's things, once for each time. */
const databasesAsked = (): readonly string[] =>
  sent
    .filter((request) => READS.some((read) => request.includes(read)) && ids.some((id) => request.includes(id)))
    .map(
      (request) =>
        /\$db\0.{4}([\w-]+)\0/s.exec(request.toString('latin1'))?.[1]?.slice(system.databasePrefix.length) ?? '',
    )
    .sort();

/** Reserve and Rental read for each other's last events too, and may consume them after the page does. */
async function untilNothingIsUnderWay(mongoUrl: string, bookIds: readonly string[]): Promise<void> {
  const library = await openLibrary({ mongoUrl, security: system.security, databasePrefix: system.databasePrefix });
  try {
    await eventually(
      async () => {
        const documents = await library.documents(bookIds);
        return [...documents].every(([bookId, found]) => underWay(bookId, found).length === 0);
      },
      { what: 'every service having consumed every event' },
    );
  } finally {
    await library.close();
  }
}

it(`a page of ${String(ENTRIES)} entries costs each subgraph that adds to it one query, however much is asked of each entry`, async () => {
  sent.length = 0;
  const { myPage } = await reader.data<{ myPage: { entries: { edges: readonly { node: object }[] } } }>(
    `{ myPage { entries(first: ${String(ENTRIES)}) { edges { node {
         book { title status availableCopies } reservation { status pickupBy } rental { status dueAt } } } } } }`,
  );
  expect(myPage.entries.edges).toHaveLength(ENTRIES);
  for (const { node } of myPage.entries.edges)
    expect(node).toMatchObject({
      book: { availableCopies: 0 },
      reservation: { status: 'FULFILLED' },
      rental: { status: 'ACTIVE' },
    });
  expect(databasesAsked().filter((database) => database !== 'mypage')).toEqual(['book', 'rental', 'reserve']);
});

tracesOf(() => ({ system, receiver }));
