import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { createEventSignatures } from '@rentalbook/service-kit/event-signatures';
import { newSigningKey, type SigningKey } from '@rentalbook/service-kit/signing-keys';
import {
  accepted,
  eventually,
  librarian,
  member,
  putMessages,
  readEvents,
  tailDeadLetters,
} from '@rentalbook/test-kit';
import { keyOf, signedBy, signingWith } from '@rentalbook/test-kit/signatures';
import { randomUUID } from 'node:crypto';
import type { Attack, AttackedSystem } from '../attack';
import { probe } from '../probe';

const FORGER = 'b3-forger';
/** Book, Reserve, Rental and MyPage consume all events. */
const CONSUMERS = 4;
type Event = RentalbookEvent & { readonly data: object };
type Forge = (event: Event) => object;

/** Events whose number was given before, as a service that was taken over signs them itself. */
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

interface Signing {
  /** Whose key signs; undefined leaves the header out. */
  readonly key: ((system: AttackedSystem) => SigningKey) | undefined;
  /** In whose name. */
  readonly as: string;
  /** What is signed, where it is not the event. */
  readonly over?: string;
}
/** Signatures with which an event of Book, with a number that was never given, is not Book's. */
const signings: Readonly<Record<string, Signing>> = {
  'left without a signature': { key: undefined, as: 'book' },
  'signed by a stranger': { key: () => newSigningKey(), as: 'book' },
  'signed by Rental as Rental': { key: (system) => keyOf(system, 'rental'), as: 'rental' },
  'signed by Rental as Book': { key: (system) => keyOf(system, 'rental'), as: 'book' },
  'with Book’s signature of another event': { key: (system) => keyOf(system, 'book'), as: 'book', over: '{}' },
};

/** Puts books into the topic that do not exist; resolves to how many, and to those that are not dead letters of all consumers. */
async function forgeBooks(system: AttackedSystem): Promise<{ sent: number; found: string[] }> {
  const forged = Object.entries(signings).map(([what, { key, as, over }]) => {
    const bookId = randomUUID();
    const event = {
      ...{ id: randomUUID(), source: 'book', eventType: 'Added', schemaVersion: 1, key: bookId, sequence: 1 },
      ...{ timestamp: '2026-03-02T09:30:00.000Z', correlationId: 'forged', actor: FORGER },
      data: { bookId, bookNm: 'Forged', authors: [], isbn: null, copyIds: ['c-1'], status: 'In stock' },
    };
    const value = JSON.stringify(event);
    if (!key) return { what, key: bookId, value, headers: {} };
    const { sign } = createEventSignatures(signingWith(key(system)), as, false);
    return { what, key: bookId, value, headers: { signature: sign?.({ key: bookId, value: over ?? value }) ?? '' } };
  });
  await putMessages(system, forged);
  const deadLetters = await tailDeadLetters(system);
  try {
    const missing = (): string[] =>
      forged
        .filter(({ key }) => deadLetters.all.filter((deadLetter) => deadLetter.key === key).length < CONSUMERS)
        .map(({ what }) => what);
    await eventually(() => missing().length === 0, { what: 'the dead letters of forged events' });
    return { sent: forged.length, found: missing() };
  } finally {
    await deadLetters.close();
  }
}

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
        // The topic has the event of the loan before MyPage has applied it.
        const before = await eventually(async () => (await isLoaned(reader)) && statusOf(reader, bookId), {
          what: 'the loan on the page of its reader',
        });
        const forged = genuine.flatMap((event) =>
          Object.values(forgeries).map((forge) =>
            signedBy(system, event.source)({ key: bookId, value: JSON.stringify(forge(event)) }),
          ),
        );
        await putMessages(system, forged);
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
    const { sent: signed, found } = await forgeBooks(system);
    sent += signed;
    for (const what of found) blame('a forged event is a dead letter', what, 'it is none');
    return { amount: `${String(sent)} events`, measured: `${String(broken.length)} accepted`, broken };
  },
};

type Reader = Awaited<ReturnType<typeof member>>;
const isLoaned = async (reader: Reader): Promise<boolean> =>
  (await reader.page()).entries.some(({ history }) => history.some(({ event }) => event === 'Loaned'));
/** What the reader's page and the catalogue have, without what others change meanwhile. */
async function statusOf(reader: Reader, bookId: string): Promise<string> {
  const { entries } = await reader.page();
  const book = await reader.book(bookId);
  return JSON.stringify({
    entries: entries.map(({ status, history }) => ({ status, history })),
    copies: book?.totalCopies,
  });
}
