import { connectDatabase } from '@rentalbook/mongo';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { GIVE_UP_AFTER_MS } from '@rentalbook/test-kit/eventually';
import { newId } from './catalogue-under-test';
import { openCirculation } from './circulation-under-test';
import { bookStream, silent } from './consumer-under-test';
import { mongo, closing } from './store.support';

describe('Reserve', () => {
  async function replica() {
    const connection = await connectDatabase(mongo.url, 'reserve', GIVE_UP_AFTER_MS, silent);
    closing.push(() => connection.close());
    return openCirculation(connection);
  }

  it('scaling out gives each replica its own reservations: here all replicas keep one queue', async () => {
    const replicas = [await replica(), await replica(), await replica()];
    const key = newId();
    for (const event of bookStream(key, 1)) await replicas[0]?.consume([{ event, traceparent: undefined }]);
    await Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        const member = { userId: `member-${String(n)}`, userNm: 'Anon' };
        const context = { actor: member.userId, correlationId: newId(), traceparent: '' };
        await replicas[n % replicas.length]?.execute(key, { type: 'ReserveBook', member }, context);
      }),
    );
    const queue = (await replicas[0]?.read(key))?.state.queue ?? [];
    expect(queue.map(({ ticket }) => ticket)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    expect(queue.map(({ ready }) => ready !== null)).toEqual(queue.map((_, place) => place === 0));
  });

  it('consumes events of a book whose outbox is blocked and full, so that other books of the partition go on, too', async () => {
    const store = await replica();
    const key = newId();
    const events = bookStream(key, 3).map((event) => ({ event, traceparent: undefined }));
    await store.consume(events.slice(0, 1));
    const context = { actor: 'alice', correlationId: newId(), traceparent: '' };
    const member = { userId: 'alice', userNm: 'Alice' };
    await store.execute(key, { type: 'ReserveBook', member }, context);
    const [entry] = (await store.model.findById(key).lean())?.outbox ?? [];
    await store.model.updateOne({ _id: key }, { $set: { outbox: Array(101).fill(entry) } });
    store.outboxes.forget(key);
    await expect(store.consume(events.slice(1, 2))).rejects.toThrow('wait for Kafka');
    const unsendable = { seq: 1, reason: 'too large', at: new Date() };
    await store.model.updateOne({ _id: key }, { $set: { unsendable } });
    await store.consume(events.slice(1));
    expect((await store.read(key))?.seen).toEqual({ book: 3 });
  });

  it('applies an event once, however often it comes and by whichever replica', async () => {
    const replicas = [await replica(), await replica()];
    const key = newId();
    for (const event of [...bookStream(key, 3), ...bookStream(key, 3)])
      await Promise.all(replicas.map((store) => store.consume([{ event, traceparent: undefined }])));
    const document = await replicas[0]?.model.findById(key).lean();
    expect(document).toMatchObject({ revision: 3, seen: { book: 3 }, state: { copies: [{ copyId: 'c-1' }] } });
  });

  it('loads and writes the books of a batch by one command each, and once also where another replica is first', async () => {
    const commands: string[] = [];
    const connection = await connectDatabase(mongo.url, 'reserve', GIVE_UP_AFTER_MS, silent, () => ({
      monitorCommands: true,
    }));
    closing.push(() => connection.close());
    const rival = await replica();
    const keys = Array.from({ length: 5 }, newId);
    const [contested = ''] = keys;
    let isRivalNext = false;
    // It is called between a book's load and its write.
    const store = await openCirculation(connection, async ([event]) => {
      if (!isRivalNext || event?.key !== contested) return;
      isRivalNext = false;
      const member = { userId: 'rival', userNm: 'Anon' };
      const context = { actor: 'rival', correlationId: newId(), traceparent: '' };
      await rival.execute(contested, { type: 'ReserveBook', member }, context);
    });
    const consumeAll = (length: number) =>
      Promise.all(
        keys.map((key) => store.consume(bookStream(key, length).map((event) => ({ event, traceparent: undefined })))),
      );
    await consumeAll(1);
    for (const key of keys) store.outboxes.forget(key);
    const note = ({ commandName }: { readonly commandName: string }): void => void commands.push(commandName);
    connection.getClient().on('commandStarted', note);
    await consumeAll(2);
    connection.getClient().off('commandStarted', note);
    expect(commands).toEqual(['aggregate', 'update']);

    isRivalNext = true;
    await consumeAll(3);
    const documents = await Promise.all(keys.map((key) => store.model.findById(key).lean()));
    expect(documents.map((document) => document?.seen)).toEqual(keys.map(() => ({ book: 3 })));
    expect(documents.map((document) => document?.revision)).toEqual([4, 3, 3, 3, 3]);
  });

  it('decides again from what is stored where nothing would be written, whatever another replica has done meanwhile', async () => {
    const [one, other] = [await replica(), await replica()];
    const key = newId();
    const events = bookStream(key, 3).map((event) => ({ event, traceparent: undefined }));
    await one.consume(events.slice(0, 1));
    await other.consume(events.slice(1, 2));
    // For the first replica, which wrote the document last but one, this is neither a gap nor a title without a copy.
    expect(await one.consume(events.slice(2))).toEqual([]);
    const member = { userId: 'alice', userNm: 'Alice' };
    const reserve = (store: typeof one, commandId: string) =>
      store.execute(
        key,
        { type: 'ReserveBook', member },
        { ...{ actor: 'alice', correlationId: newId(), traceparent: '' }, commandId },
      );
    const first = await reserve(one, 'first');
    if (!('accepted' in first.outcome)) throw new Error('the reservation was refused');
    const cancel = {
      type: 'CancelReservation',
      reservationId: first.outcome.accepted,
      by: 'alice',
      reason: 'not needed',
    } as const;
    await other.execute(key, cancel, { actor: 'alice', correlationId: newId(), traceparent: '' });
    expect((await reserve(one, 'second')).outcome).toHaveProperty('accepted');
  });

  it('applies nothing of a second event with the number of another, and reports it, by way of whichever replica', async () => {
    const [one, other] = [await replica(), await replica()];
    const key = newId();
    const consumed = (event: RentalbookEvent) => ({ event, traceparent: undefined });
    const events = bookStream(key, 3).map((event) => consumed({ ...event, id: newId() }));
    expect(await one.consume(events)).toEqual([]);
    const [, withdrawn] = bookStream(key, 3).map((event) => ({ ...event, id: newId() }));
    if (!withdrawn) throw new Error('the stream is too short');
    expect(await other.consume([...events, consumed(withdrawn)])).toEqual([withdrawn]);
    expect(await one.model.findById(key).lean()).toMatchObject({ revision: 1, seen: { book: 3 } });
  });
});

describe('a connection to the database', () => {
  it('reads only what a majority has, and takes a write for done once it is on the disk of a majority', async () => {
    const connection = await connectDatabase(mongo.url, 'settings', GIVE_UP_AFTER_MS, silent);
    closing.push(() => connection.close());
    expect(connection.db?.readConcern?.level).toBe('majority');
    expect(connection.db?.writeConcern).toMatchObject({ w: 'majority', journal: true });
  });
});
