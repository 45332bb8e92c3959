import {
  type CommandContext,
  IdempotencyKeyReused,
  IdempotencyKeysUsedUp,
  type Relay,
  storeErrors,
} from '@rentalbook/aggregate-store';
import { connectDatabase, isStoreUnavailable } from '@rentalbook/mongo';
import { type EmbeddedMongo, startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import type { EventOf } from '@rentalbook/event-contracts';
import { eventually, GIVE_UP_AFTER_MS } from '@rentalbook/test-kit';
import { newId, openCatalogue, type Catalogue } from './catalogue-under-test';
import { openCirculation } from './circulation-under-test';
import { silent } from './consumer-under-test';
import { mongoCommand, startFaultProxy, type FaultProxy } from '../harness/fault-proxy';

/** A command as its client sends it: the key stands for the operation with its arguments. */
function asked(key: string, request: unknown, owner = 'librarian'): CommandContext {
  return { actor: owner, correlationId: newId(), traceparent: '', idempotency: { owner, key, request } };
}

describe('a command with an idempotency key', () => {
  let mongo: EmbeddedMongo;
  let proxy: FaultProxy;
  const closing: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    mongo = await startEmbeddedMongo({ port: 0 });
    proxy = await startFaultProxy(mongo.port);
  });
  afterAll(async () => {
    for (const close of closing) await close();
    await proxy.close();
    await mongo.close();
  });

  async function catalogue(url = mongo.url): Promise<Catalogue & { readonly relay: Relay }> {
    const books = await openCatalogue({ url });
    closing.push(books.close);
    return { ...books, relay: books.newRelay() };
  }

  it('is taken also while Kafka is away, when a book has recorded all it can of those before', async () => {
    const books = await openCatalogue({ url: mongo.url, publish: () => Promise.reject(new Error('no answer')) });
    closing.push(books.close);
    const bookId = newId();
    const addUpTo = async (last: number): Promise<void> => {
      for (let n = (await books.onRecord(bookId)).sequence + 1; n <= last; n += 1)
        await books.addCopies(bookId, 1, asked(newId(), n));
    };
    await books.add(bookId, asked(newId(), bookId));
    await addUpTo(60);
    await expect(addUpTo(90)).rejects.toThrow('wait to be kept');
    await books.newRelay().stop();
    const repeated = asked(newId(), 'the copy that is asked for twice');
    const answer = await books.addCopies(bookId, 1, repeated);
    await addUpTo(90);
    await books.newRelay().stop();
    await addUpTo(100);
    expect(await books.addCopies(bookId, 1, repeated)).toEqual(answer);
    expect((await books.onRecord(bookId)).outbox).toHaveLength(100);
  });

  it('gives the same answer when it is sent again, and takes effect once', async () => {
    const books = await catalogue();
    const bookId = newId();
    await books.add(bookId, asked(newId(), bookId));
    const context = asked(newId(), { bookId, copies: 2 });
    const first = await books.addCopies(bookId, 2, context);
    expect(await books.addCopies(bookId, 2, context)).toEqual(first);
    expect(await books.onRecord(bookId)).toMatchObject({ sequence: 2 });
  });

  it('gives the same answer to all who send it at once, by way of several replicas', async () => {
    const [one, other] = await Promise.all([catalogue(), catalogue()]);
    const context = asked(newId(), 'Emma');
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, n) => (n % 2 === 0 ? one : other).add(newId(), context)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('is the same new book when a new book is asked for twice', async () => {
    const books = await catalogue();
    const context = asked(newId(), 'Emma');
    const [once, again] = [newId(), newId()];
    const first = await books.add(once, context);
    expect(first.outcome).toEqual({ accepted: once });
    expect(await books.add(again, context)).toEqual(first);
    expect(await books.store.read(again)).toBeUndefined();
  });

  it('is refused when the key was used with other arguments, and changes nothing', async () => {
    const books = await catalogue();
    const bookId = newId();
    const key = newId();
    await books.add(bookId, asked(key, 'Emma'));
    const reused = books.addCopies(bookId, 5, asked(key, 'five more copies'));
    await expect(reused).rejects.toThrow(IdempotencyKeyReused);
    await expect(reused.catch((error: unknown) => storeErrors.badInput(error)?.('en'))).resolves.toBe(
      `The idempotencyKey "${key}" was used before with other arguments; use a new one.`,
    );
    expect(await books.onRecord(bookId)).toMatchObject({ sequence: 1 });
  });

  it('is refused with other arguments also when only the book itself still knows the key', async () => {
    const books = await catalogue();
    const bookId = newId();
    const key = newId();
    await books.add(bookId, asked(key, 'Emma'));
    await books.store.idempotencyRecords.model.deleteMany({ document: bookId });
    const reused = books.addCopies(bookId, 5, asked(key, 'five more copies'));
    await expect(reused).rejects.toThrow(IdempotencyKeyReused);
    expect(await books.onRecord(bookId)).toMatchObject({ sequence: 1 });
  });

  it('is the same command when it is written otherwise, and for a record of the version before when it is written as it was', async () => {
    const books = await catalogue();
    const bookId = newId();
    await books.add(bookId, asked(newId(), bookId));
    const context = (key: string, asWritten: object): CommandContext => ({
      ...asked(key, undefined),
      idempotency: { owner: 'librarian', key, request: { bookId, copies: 2 }, asWritten },
    });
    const key = newId();
    const first = await books.addCopies(bookId, 2, context(key, { bookId, copies: 2 }));
    expect(await books.addCopies(bookId, 2, context(key, { bookId, copies: 2, note: null }))).toEqual(first);

    const { idempotencyRecords, model } = books.store;
    const onRecord = await books.onRecord(bookId);
    const before = onRecord.commands.map(({ commandHash: _commandHash, ...command }) => command);
    await model.collection.updateOne({ _id: bookId as never }, { $set: { commands: before } });
    await idempotencyRecords.model.collection.updateMany({ document: bookId }, { $unset: { commandHash: 1 } });
    for (const forget of [false, true]) {
      if (forget) await idempotencyRecords.model.deleteMany({ document: bookId });
      expect(await books.addCopies(bookId, 2, context(key, { bookId, copies: 2 }))).toEqual(first);
    }
    const other = context(key, { bookId, copies: 3 });
    await expect(books.addCopies(bookId, 3, other)).rejects.toThrow(IdempotencyKeyReused);
    expect(await books.onRecord(bookId)).toMatchObject({ sequence: 2 });
  });

  it('is one of so many that a member may use on a day, exactly, also at once and by way of several replicas', async () => {
    const keysPerDay = 5;
    const open = () => openCatalogue({ url: mongo.url, keysPerDay });
    const [one, other] = await Promise.all([open(), open()]);
    closing.push(one.close, other.close);
    const owner = `member-${newId()}`;
    const contexts = Array.from({ length: 12 }, (_, n) => asked(newId(), n, owner));
    const addAll = () =>
      Promise.allSettled(contexts.map((context, n) => (n % 2 === 0 ? one : other).add(newId(), context)));
    const first = await addAll();
    const accepted = first.filter(({ status }) => status === 'fulfilled');
    const refusals = first.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(accepted).toHaveLength(keysPerDay);
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(IdempotencyKeysUsedUp);

    // A key that is on record is answered as before and counts once; another member has keys of their own.
    expect((await addAll()).filter(({ status }) => status === 'fulfilled')).toEqual(accepted);
    await one.add(newId(), asked(newId(), 'mine', `${owner}-2`));
    const more = one.add(newId(), asked(newId(), 'more', owner));
    await expect(more.catch((error: unknown) => storeErrors.overloaded(error)?.('en'))).resolves.toContain(
      `${String(keysPerDay)} idempotency keys today`,
    );
    await one.add(newId(), { actor: owner, correlationId: newId(), traceparent: '' });
  });

  it('belongs to its member: the same word of another is another key, wherever the two words are cut', async () => {
    const books = await catalogue();
    const word = newId();
    for (const [key, owner] of [
      [`x:${word}`, 'member'],
      [word, 'member:x'],
      [word, 'member'],
    ] as const) {
      const bookId = newId();
      await books.add(bookId, asked(key, 'Emma', owner));
      expect(await books.store.read(bookId)).toMatchObject({ sequence: 1 });
    }
  });

  it('is refused again for the same reason, although it would be accepted by now', async () => {
    const connection = await connectDatabase(mongo.url, 'reserve', GIVE_UP_AFTER_MS, silent);
    closing.push(() => connection.close());
    const store = await openCirculation(connection);
    const bookId = newId();
    const reserve = (context: CommandContext) =>
      store.execute(bookId, { type: 'ReserveBook', bookId, member: { userId: 'alice', userNm: 'Alice' } }, context);
    const context = asked(newId(), bookId, 'alice');
    const first = await reserve(context);
    expect(first.outcome).toMatchObject({ refused: { code: 'BOOK_NOT_FOUND' } });

    const event: EventOf<'Added'> = {
      id: newId(),
      source: 'book',
      eventType: 'Added',
      timestamp: new Date().toISOString(),
      schemaVersion: 1,
      key: bookId,
      sequence: 1,
      correlationId: newId(),
      actor: 'librarian',
      data: { bookId, bookNm: 'Emma', authors: [], isbn: null, copyIds: ['copy-1'], status: 'In stock' },
    };
    await store.consume([{ event, traceparent: undefined }]);
    expect(await reserve(context)).toEqual(first);
    expect((await reserve(asked(newId(), bookId, 'alice'))).outcome).toHaveProperty('accepted');
  });

  it('takes effect once when the answer of the database is lost', async () => {
    const books = await catalogue(`mongodb://127.0.0.1:${String(proxy.port)}`);
    const bookId = newId();
    const before = proxy.lost;
    proxy.loseAnswers(mongoCommand('insert', 'aggregates'), 1);
    const added = await books.add(bookId, asked(newId(), bookId));
    expect(added).toEqual({ outcome: { accepted: bookId }, sequence: 1 });

    proxy.loseAnswers(mongoCommand('update', 'aggregates'), 1);
    const more = await books.addCopies(bookId, 3, asked(newId(), 'three more'));
    expect(more).toEqual({ outcome: { accepted: bookId }, sequence: 2 });
    expect(proxy.lost - before).toBe(2);
    const { state, outbox } = await books.onRecord(bookId);
    expect(state).toMatchObject({ copies: { length: 4 } });
    expect(outbox.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('gets the answer of the first time from another replica when the first died before it answered', async () => {
    const dying = await catalogue(`mongodb://127.0.0.1:${String(proxy.port)}`);
    const living = await catalogue();
    const bookId = newId();
    const context = asked(newId(), bookId);
    const ALL = 1_000;
    proxy.loseAnswers(mongoCommand('insert', 'aggregates'), ALL);
    const dead = dying.add(bookId, context).catch((error: unknown) => error);
    await eventually(() => living.store.read(bookId), { what: 'the write of the replica that dies' });
    await dying.store.model.db.close(true);
    await dead;
    proxy.loseAnswers(mongoCommand('insert', 'aggregates'), 0);

    expect(await living.add(newId(), context)).toEqual({ outcome: { accepted: bookId }, sequence: 1 });
    expect(await living.onRecord(bookId)).toMatchObject({ sequence: 1, state: { copies: { length: 1 } } });
  });

  it('gets its answer also after sixty-four later ones pushed it out of the book’s document', async () => {
    const books = await catalogue();
    books.relay.start();
    const bookId = newId();
    const first = asked(newId(), bookId);
    const answer = await books.add(bookId, first);
    for (let n = 0; n < 70; n += 1) {
      const { sequence } = await books.addCopies(bookId, 1, asked(newId(), n));
      books.relay.wake();
      await eventually(async () => (await books.onRecord(bookId)).answeredThrough >= sequence);
    }
    const { commands } = await books.onRecord(bookId);
    expect(commands).toHaveLength(64);
    expect(commands.map(({ outcome, sequence }) => ({ outcome, sequence }))).not.toContainEqual(answer);

    expect(await books.add(newId(), first)).toEqual(answer);
    expect(await books.onRecord(bookId)).toMatchObject({ sequence: 71, state: { copies: { length: 71 } } });
    await books.relay.stop();
  });

  it('is turned away while the relay is away, rather than that an answer were forgotten', async () => {
    const books = await catalogue();
    const bookId = newId();
    const contexts = Array.from({ length: 64 }, () => asked(newId(), bookId));
    const [first, ...others] = contexts;
    if (!first) throw new Error('there is a first');
    const answer = await books.add(bookId, first);
    for (const context of others) await books.addCopies(bookId, 1, context);

    const oneMore = asked(newId(), bookId);
    const turnedAway = await books.addCopies(bookId, 1, oneMore).catch((error: unknown) => error);
    expect(isStoreUnavailable(turnedAway)).toBe(true);
    expect(await books.add(bookId, first)).toEqual(answer);

    await books.relay.stop();
    expect(await books.addCopies(bookId, 1, oneMore)).toMatchObject({ sequence: 65 });
  });

  it('is not forgotten for commands without a key either', async () => {
    const books = await catalogue();
    const bookId = newId();
    const first = asked(newId(), bookId);
    const answer = await books.add(bookId, first);
    for (let n = 0; n < 63; n += 1) await books.addCopies(bookId, 1);
    const turnedAway = await books.addCopies(bookId, 1).catch((error: unknown) => error);
    expect(isStoreUnavailable(turnedAway)).toBe(true);
    expect(await books.add(newId(), first)).toEqual(answer);
  });
});
