import {
  type CommandContext,
  IdempotencyKeyReused,
  IdempotencyKeysUsedUp,
  storeErrors,
} from '@rentalbook/aggregate-store';
import { newId, openCatalogue } from './catalogue-under-test';
import { asked, mongo, closing, catalogue, useCatalogues } from './idempotency.support';
import './idempotency-records.cases';

describe('a command with an idempotency key', () => {
  useCatalogues();

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
    await expect(addUpTo(90)).rejects.toThrow('wait to be written');
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

  it('is the book of the first time also when the first time ended before the write', async () => {
    const books = await catalogue();
    const [once, again] = [newId(), newId()];
    const idempotency = { owner: 'librarian', key: newId(), request: 'Emma' };
    await books.store.idempotencyRecords.claim(idempotency, once);
    const { outcome } = await books.add(again, { ...asked(idempotency.key, 'Emma'), idempotency });
    expect(outcome).toEqual({ accepted: once });
    const { state, outbox } = await books.onRecord(once);
    expect(state).toMatchObject({ title: { bookId: once } });
    expect(outbox).toMatchObject([{ event: { key: once, data: { bookId: once } } }]);
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
});
