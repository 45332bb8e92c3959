import { accepted, type Entry, type Payload, type Reader, type Reservation } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { bar } from './drill';
import type { Stage } from './stage';

const SHOWN_WITHIN_MS = 15_000;

/** The one story that everything is for, through the router; throws NotProven where it does not go as it should. */
export async function tellStory(stage: Stage): Promise<void> {
  const [libby, alice, bob] = await Promise.all([stage.librarian(), stage.reader('alice'), stage.reader('bob')]);
  const title = `Orlando of ${alice.id}`;
  const { id: bookId } = accepted(await answered(stage, (key) => libby.addBook(title, 1, key)));
  const hers = await reserveNew(stage, alice, bookId);
  bar(hers.status === 'READY', `the only reader's reservation is ${hers.status}`);
  const { id: rentalId } = accepted(await answered(stage, (key) => alice.rent(bookId, key)));
  await shows(stage, alice, title, 'ON_RENTAL');
  await answered(stage, (key) => bob.rent(bookId, key));
  await shows(stage, bob, title, 'REJECTED');
  const his = accepted(await answered(stage, (key) => bob.reserve(bookId, key)));
  bar(his.position === 1, `the second reader's position is ${String(his.position)}`);
  const back = accepted(await answered(stage, (key) => alice.giveBack(rentalId, key)));
  bar(back.status === 'RETURNED', `the copy that was brought back is ${back.status}`);
  await shows(stage, bob, title, 'READY');
  await shows(stage, alice, title, 'RETURN_COMPLETE');
}

/** Sends a command until it is answered, always with the same key, as "try again" asks a client to. */
async function answered<Entity>(
  stage: Stage,
  send: (idempotencyKey: string) => Promise<Payload<Entity>>,
): Promise<Payload<Entity>> {
  const key = randomUUID();
  return stage.until(() => send(key), { withinMs: SHOWN_WITHIN_MS, what: 'an answer to a command' });
}

/** Reserves a book that was added a moment ago, as soon as Reserve has heard of it. */
export async function reserveNew(stage: Stage, reader: Reader, bookId: string): Promise<Reservation> {
  return stage.until(async () => (await reader.reserve(bookId)).entity ?? undefined, {
    withinMs: SHOWN_WITHIN_MS,
    what: 'a reservation of the new book',
  });
}

/** Waits until a reader's page shows the title with the status. */
export async function shows(stage: Stage, reader: Reader, title: string, status: string): Promise<Entry> {
  return stage.until(
    async () => {
      const { entries } = await reader.page();
      return entries.find((entry) => entry.bookTitle === title && entry.status === status);
    },
    { withinMs: SHOWN_WITHIN_MS, what: `${status} on a reader's page` },
  );
}
