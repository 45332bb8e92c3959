import { type CommandContext } from '@rentalbook/aggregate-store';
import { connectDatabase, isStoreUnavailable } from '@rentalbook/mongo';
import type { EventOf } from '@rentalbook/event-contracts';
import { eventually, GIVE_UP_AFTER_MS } from '@rentalbook/test-kit';
import { newId } from './catalogue-under-test';
import { openCirculation } from './circulation-under-test';
import { silent } from './consumer-under-test';
import { mongoCommand } from '../harness/fault-proxy';
import { asked, mongo, proxy, closing, catalogue, useCatalogues } from './idempotency.support';

describe('the record of a command with an idempotency key', () => {
  useCatalogues();

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
      store.execute(bookId, { type: 'ReserveBook', member: { userId: 'alice', userNm: 'Alice' } }, context);
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
