import { accepted, type Entry, type Reader, type Reservation } from '@rentalbook/test-kit';
import { bar } from './drill';
import type { Stage } from './stage';

const SHOWN_WITHIN_MS = 15_000;

/** The one story that everything is for, through the router; throws NotProven where it does not go as it should. */
export async function tellStory(stage: Stage): Promise<void> {
  const [libby, alice, bob] = await Promise.all([stage.librarian(), stage.reader('alice'), stage.reader('bob')]);
  const title = `Orlando of ${alice.id}`;
  const { id: bookId } = accepted(await libby.addBook(title, 1));
  const hers = await reserveNew(stage, alice, bookId);
  bar(hers.status === 'READY', `the only reader's reservation is ${hers.status}`);
  const { id: rentalId } = accepted(await alice.rent(bookId));
  await shows(stage, alice, title, 'ON_RENTAL');
  await bob.rent(bookId);
  await shows(stage, bob, title, 'REJECTED');
  const his = accepted(await bob.reserve(bookId));
  bar(his.position === 1, `the second reader's position is ${String(his.position)}`);
  const back = accepted(await alice.giveBack(rentalId));
  bar(back.status === 'RETURNED', `the copy that was brought back is ${back.status}`);
  await shows(stage, bob, title, 'READY');
  await shows(stage, alice, title, 'RETURN_COMPLETE');
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
