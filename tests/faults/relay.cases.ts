import { startEmbeddedMongo, type EmbeddedMongo } from '@rentalbook/embedded-mongo';
import { MessageRefused, noopMetrics, PartitionAway, type Metrics, type OutgoingMessage } from '@rentalbook/messaging';
import { eventually } from '@rentalbook/test-kit';
import { newId, openCatalogue, type Catalogue, type CatalogueOptions } from './catalogue-under-test';

/** What a message says about its place in its stream. */
const placeOf = ({ key, value }: OutgoingMessage): { key: string; sequence: number } => ({
  key,
  sequence: (JSON.parse(String(value)) as { sequence: number }).sequence,
});
const sequencesOf = (bookId: string, messages: readonly OutgoingMessage[]): number[] =>
  messages
    .map(placeOf)
    .filter(({ key }) => key === bookId)
    .map(({ sequence }) => sequence);
/** Metrics that keep the gauges of a relay. */
function keptGauges() {
  const gauges = new Map<string, () => Promise<number> | number>();
  const metrics: Metrics = {
    ...noopMetrics,
    gauge: (what, read, ...[labels = {}]) => void gauges.set([what, ...Object.values(labels)].join(' '), read),
  };
  return { metrics, valueOf: async (what: string): Promise<number> => Number(await gauges.get(what)?.()) };
}
/** The order in which a consumer that passes over repeats sees them. */
const firstOfEach = (sequences: readonly number[]): number[] => [...new Set(sequences)];
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('the events of a book', () => {
  let mongo: EmbeddedMongo;
  const open: Catalogue[] = [];
  beforeAll(async () => {
    mongo = await startEmbeddedMongo({ port: 0 });
  });
  afterAll(async () => {
    for (const catalogue of open) await catalogue.close();
    await mongo.close();
  });

  async function catalogue(options: Omit<CatalogueOptions, 'url'> = {}): Promise<Catalogue> {
    const opened = await openCatalogue({ url: mongo.url, ...options });
    open.push(opened);
    return opened;
  }
  /** A book with so many events in its outbox. */
  async function bookWith(events: number, books: Catalogue): Promise<string> {
    const bookId = newId();
    await books.add(bookId);
    for (let n = 1; n < events; n += 1) await books.addCopies(bookId, 1);
    return bookId;
  }
  const outboxOf = async (bookId: string, books: Catalogue): Promise<number[]> =>
    (await books.onRecord(bookId)).outbox.map(({ seq }) => seq);

  it('are sent in the order of their numbers, and leave nothing behind that waits', async () => {
    const books = await catalogue();
    const bookId = await bookWith(5, books);
    await books.newRelay().stop();
    expect(sequencesOf(bookId, books.sent)).toEqual(upTo(5));
    const { outbox, pendingSince } = await books.onRecord(bookId);
    expect({ outbox, pendingSince }).toEqual({ outbox: [], pendingSince: undefined });
  });

  it('are signed as they are sent, over key and value', async () => {
    const books = await catalogue({ sign: ({ key, value }) => `signed ${key} ${String(value)}` });
    const bookId = await bookWith(2, books);
    await books.newRelay().stop();
    for (const { key, value, headers } of books.sent)
      expect(headers).toMatchObject({ signature: `signed ${key} ${String(value)}` });
    expect(sequencesOf(bookId, books.sent)).toEqual(upTo(2));
  });

  it('stay in the outbox until Kafka has acknowledged them, and are sent again from the first', async () => {
    let away = true;
    const books = await catalogue({
      publish: () => (away ? Promise.reject(new Error('no answer')) : Promise.resolve()),
    });
    const bookId = await bookWith(3, books);
    await books.newRelay().stop();
    expect(sequencesOf(bookId, books.sent)).toEqual(upTo(3));
    expect(await outboxOf(bookId, books)).toEqual(upTo(3));
    expect((await books.onRecord(bookId)).pendingSince).toBeInstanceOf(Date);

    away = false;
    await books.newRelay().stop();
    expect(sequencesOf(bookId, books.sent)).toEqual([...upTo(3), ...upTo(3)]);
    expect(await outboxOf(bookId, books)).toEqual([]);
  });

  it('wait by themselves while their partition cannot be written to, and others are sent', async () => {
    let sick: string | undefined;
    const alarms: string[] = [];
    const books = await catalogue({
      onError: (message) => alarms.push(message),
      publish: (messages) =>
        messages.some(({ key }) => key === sick) ? Promise.reject(new PartitionAway('no leader')) : Promise.resolve(),
    });
    const waiting = await bookWith(2, books);
    const going = await bookWith(2, books);
    sick = waiting;
    const relay = books.newRelay();
    relay.start();
    await eventually(async () => (await outboxOf(going, books)).length === 0);
    expect(await outboxOf(waiting, books)).toEqual([1, 2]);
    sick = undefined;
    await eventually(async () => (await outboxOf(waiting, books)).length === 0);
    await relay.stop();
    expect(alarms).toEqual([]);
  });

  it('are counted as parked, by an indexed field, while Kafka refuses one of them', async () => {
    const { metrics, valueOf } = keptGauges();
    const books = await catalogue({
      metrics,
      publish: (messages) =>
        messages.some((message) => placeOf(message).sequence === 2)
          ? Promise.reject(new MessageRefused('too large'))
          : Promise.resolve(),
    });
    const count = jest.spyOn(books.store.model, 'countDocuments');
    const parked = () => valueOf('parked_outboxes');
    const relay = books.newRelay();
    const before = await parked();
    const bookId = await bookWith(3, books);
    relay.start();
    await eventually(async () => (await books.onRecord(bookId)).unsendable?.seq === 2);
    await relay.stop();
    expect(await parked()).toBe(before + 1);
    const indexed = books.store.model.schema.indexes().flatMap(([fields]) => Object.keys(fields));
    for (const [filter = {}] of count.mock.calls)
      expect(Object.keys(filter).filter((field) => indexed.includes(field))).not.toEqual([]);
    await books.addCopies(bookId, 1);
    expect(await parked()).toBe(before + 1);
  });

  it('have the age of the oldest that waits, and none once all are sent', async () => {
    const { metrics, valueOf } = keptGauges();
    const books = await catalogue({ metrics });
    const relay = books.newRelay();
    await books.store.model.deleteMany({});
    const bookId = await bookWith(2, books);
    const { pendingSince } = await books.onRecord(bookId);
    const anHourAgo = new Date(Number(pendingSince) - 3_600_000);
    await books.store.model.updateOne({ _id: bookId }, { $set: { pendingSince: anHourAgo } });
    expect(await valueOf('outbox_oldest_age_seconds')).toBeGreaterThanOrEqual(3_600);
    await relay.stop();
    expect(await valueOf('outbox_oldest_age_seconds')).toBe(0);
  });

  it('are sent by the next relay when the first dies between the acknowledgement and the outbox', async () => {
    const dying = await catalogue({ publish: () => dying.close() });
    const bookId = await bookWith(2, dying);
    await dying.newRelay().stop();
    const living = await catalogue();
    expect(await outboxOf(bookId, living)).toEqual(upTo(2));
    await living.addCopies(bookId, 1);
    await living.newRelay().stop();
    expect(firstOfEach(sequencesOf(bookId, [...dying.sent, ...living.sent]))).toEqual(upTo(3));
  });

  it('that are decided while others are on their way are sent as well', async () => {
    const bookId = newId();
    let isFirst = true;
    const books = await catalogue({
      async publish() {
        if (isFirst) {
          isFirst = false;
          await books.addCopies(bookId, 1);
        }
      },
    });
    await books.add(bookId);
    await books.newRelay().stop();
    expect(sequencesOf(bookId, books.sent)).toEqual(upTo(2));
    expect(await outboxOf(bookId, books)).toEqual([]);
  });

  it('keep their order when two relays work at once and some acknowledgements are lost', async () => {
    let sends = 0;
    const flaky = (): Promise<void> => {
      sends += 1;
      return sends % 3 === 0 ? Promise.reject(new Error('the acknowledgement was lost')) : Promise.resolve();
    };
    const [one, other] = [await catalogue({ publish: flaky }), await catalogue({ publish: flaky })];
    const log: OutgoingMessage[] = [];
    for (const { sent } of [one, other]) sent.push = (...messages) => log.push(...messages);
    const relays = [one.newRelay(), other.newRelay()];
    for (const relay of relays) relay.start();
    const bookIds = await Promise.all(upTo(4).map(() => bookWith(1, one)));
    for (let n = 0; n < 8; n += 1) {
      await Promise.all(bookIds.map((bookId, at) => ((n + at) % 2 === 0 ? one : other).addCopies(bookId, 1)));
      for (const relay of relays) relay.wake();
    }
    await eventually(
      async () => (await Promise.all(bookIds.map((bookId) => outboxOf(bookId, one)))).flat().length === 0,
      { what: 'that every outbox is empty' },
    );
    await Promise.all(relays.map((relay) => relay.stop()));
    for (const bookId of bookIds) expect(firstOfEach(sequencesOf(bookId, log))).toEqual(upTo(9));
  });
});
