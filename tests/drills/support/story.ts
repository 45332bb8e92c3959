import type { Entry, Payload, Reader, Rental, Reservation } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { bar } from './drill';
import type { Stage } from './stage';

/** The one story that everything is for, through the router; throws NotProven where it does not go as it should. */
export async function tellStory(stage: Stage): Promise<void> {
  const [libby, alice, bob] = await Promise.all([stage.librarian(), stage.reader('alice'), stage.reader('bob')]);
  const title = `Orlando of ${alice.id}`;
  const { id: bookId } = await granted(stage, (key) => libby.addBook(title, 1, key));
  const hers = await reserveNew(stage, alice, bookId);
  bar(hers.status === 'READY', `the only reader's reservation is ${hers.status}`);
  const { id: rentalId } = await rentNew(stage, alice, bookId);
  await shows(stage, alice, title, 'ON_RENTAL');
  await stage.until(async () => (await bob.rent(bookId)).refusal?.code === 'NOT_RESERVED', {
    withinMs: stage.patienceMs,
    what: 'the refusal of a rent without a reservation',
  });
  const his = await granted(stage, (key) => bob.reserve(bookId, key));
  bar(his.position === 1, `the second reader's position is ${String(his.position)}`);
  const back = await granted(stage, (key) => alice.giveBack(rentalId, key));
  bar(back.status === 'RETURNED', `the copy that was brought back is ${back.status}`);
  await shows(stage, bob, title, 'READY');
  await shows(stage, alice, title, 'RETURN_COMPLETE');
}

/** Reserves a book that was added a moment ago, as soon as Reserve has consumed its event. */
export async function reserveNew(stage: Stage, reader: Reader, bookId: string): Promise<Reservation> {
  return granted(stage, (key) => reader.reserve(bookId, key));
}

/** Rents a book that was added a moment ago, as soon as Rental has consumed its event. */
export async function rentNew(stage: Stage, reader: Reader, bookId: string): Promise<Rental> {
  return granted(stage, (key) => reader.rent(bookId, key));
}

/**
 * Sends a command until it is granted: with the same key after an error, as "try again" asks a client to, and with
 * another after a refusal, which a service gives that has not consumed the book's event yet.
 */
export async function granted<Entity>(stage: Stage, send: (key: string) => Promise<Payload<Entity>>): Promise<Entity> {
  let key = randomUUID();
  let refused = '';
  const { entity } = await stage.until(
    async () => {
      const { entity, refusal } = await send(key);
      if (entity !== null) return { entity };
      key = randomUUID();
      refused = `: ${refusal?.code ?? ''}`;
      return undefined;
    },
    { withinMs: stage.patienceMs, what: () => `the consent to a command${refused}` },
  );
  return entity;
}

/** Waits until a reader's page shows the title with the status. */
export async function shows(stage: Stage, reader: Reader, title: string, status: string): Promise<Entry> {
  return stage.until(
    async () => {
      const { entries } = await reader.page();
      return entries.find((entry) => entry.bookTitle === title && entry.status === status);
    },
    { withinMs: stage.patienceMs, what: `${status} on a reader's page` },
  );
}
