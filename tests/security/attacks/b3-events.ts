import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { accepted, eventually, librarian, member, putMessages, readEvents } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import type { Attack } from '../attack';
import { probe } from '../probe';

const FORGER = 'b3-forger';
type Event = RentalbookEvent & { readonly data: object };
type Forge = (event: Event) => object;

/**
 * Events that whoever can write to the topic may put there in the name of a service, and that are no event today: their
 * number was given before. Once events carry a signature, every other one is a line here as well.
 */
const forgeries: Readonly<Record<string, Forge>> = {
  'the same number under another id': (event) => ({ ...event, id: randomUUID() }),
  'the same number about another member': (event) => ({
    ...event,
    id: randomUUID(),
    actor: FORGER,
    data: { ...event.data, ...('userId' in event.data && { userId: FORGER, userNm: FORGER }) },
  }),
  'the same number at another time': (event) => ({ ...event, id: randomUUID(), timestamp: '2031-01-01T00:00:00.000Z' }),
  'the same id about another member': (event) => ({
    ...event,
    data: { ...event.data, ...('userId' in event.data && { userId: FORGER, userNm: FORGER }) },
  }),
};

export const forgedEvents: Attack = {
  id: 'B3',
  name: 'events put into the topic in the name of a service, under numbers that it has given',
  full: '100 events',
  bar: '0 accepted',
  async run(stage) {
    const system = await stage.system();
    const { blame, broken } = probe(system.url);
    const [reader, forger, libby] = [
      await member(system, `b3-reader-${randomUUID().slice(0, 8)}`),
      await member(system, FORGER),
      await librarian(system, 'b3-librarian'),
    ];
    const events = await readEvents(system);
    const books = stage.amount({ short: 1, full: 6 });
    let sent = 0;
    try {
      for (let book = 0; book < books; book += 1) {
        const bookId = accepted(await libby.addBook(`Forged, ${String(book)}`, 2)).id;
        accepted(await reader.reserve(bookId));
        accepted(await reader.rent(bookId));
        const genuine = await eventually(() => events.named('Loaned', bookId).length > 0 && [...events.of(bookId)]);
        const before = await statusOf(reader, bookId);
        const forged = genuine.flatMap((event) => Object.values(forgeries).map((forge) => forge(event)));
        await putMessages(
          system,
          forged.map((event) => ({ key: bookId, value: JSON.stringify(event) })),
        );
        sent += forged.length;
        // What is published after them is consumed after them.
        const late = await member(system, `b3-late-${randomUUID().slice(0, 8)}`);
        accepted(await late.reserve(bookId));
        await eventually(async () => (await late.page()).entries.length === 1);
        const after = await statusOf(reader, bookId);
        if (after !== before) blame('a forged event changes nothing', bookId, `${before} became ${after}`);
        const { entries } = await forger.page();
        if (entries.length > 0) blame('a forged event is on no page', bookId, JSON.stringify(entries));
      }
    } finally {
      await events.close();
    }
    return { amount: `${String(sent)} events`, measured: `${String(broken.length)} accepted`, broken };
  },
};

type Reader = Awaited<ReturnType<typeof member>>;
/** What the reader's page and the catalogue have, without what others change meanwhile. */
async function statusOf(reader: Reader, bookId: string): Promise<string> {
  const { entries } = await reader.page();
  const book = await reader.book(bookId);
  return JSON.stringify({
    entries: entries.map(({ status, history }) => ({ status, history })),
    copies: book?.totalCopies,
  });
}
