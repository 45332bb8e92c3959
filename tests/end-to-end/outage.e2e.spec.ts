import {
  accepted,
  acceptedOnceAnswered,
  AnsweredWithErrors,
  eventually,
  librarian,
  member,
  readEvents,
  startSystem,
  unlessUnavailable,
  type EventLog,
  type Librarian,
  type Reader,
  type System,
} from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { defectsIn } from './support/defects';
import { outages, outOfService } from './support/out-of-service';
import { entryOnceItShows } from './support/pages';

let system: System;
let events: EventLog;
let libby: Librarian;
beforeAll(async () => {
  system = await startSystem({ limits: 'as shipped' });
  [events, libby] = await Promise.all([readEvents(system), librarian(system)]);
});
afterAll(async () => {
  await events.close();
  await system.stop();
});

const aReader = (): Promise<Reader> => member(system, randomUUID());

/** A book with one copy that every service knows. */
async function aBook(title: string): Promise<string> {
  const { id } = await acceptedOnceAnswered((key) => libby.addBook(title, 1, key));
  const first = await aReader();
  let idempotencyKey = randomUUID();
  const { id: reservationId } = await eventually(
    async () => {
      const answer = await unlessUnavailable(first.reserve(id, idempotencyKey));
      if (answer?.refusal) idempotencyKey = randomUUID();
      return answer?.entity;
    },
    { what: `Reserve knowing ${title}` },
  );
  await acceptedOnceAnswered((key) => first.cancel(reservationId, undefined, key));
  await eventually(async () => (await unlessUnavailable(libby.book(id)))?.status === 'IN_STOCK');
  return id;
}

const missing = (...path: (string | number)[]) =>
  expect.objectContaining({ path, extensions: { code: 'UNAVAILABLE' } });

describe.each(outages)('while Book %s', (outage) => {
  const title = `Read while Book ${outage}`;
  let alice: Reader;
  let bookId: string;
  let ended: Promise<void> | undefined;
  let book: undefined | { end(): Promise<void> };
  beforeAll(async () => {
    alice = await aReader();
    bookId = await aBook(title);
    book = outOfService(system, 'book', outage);
  });
  afterAll(() => ended ?? book?.end());

  it('reserve, rent and return work', async () => {
    await acceptedOnceAnswered((key) => alice.reserve(bookId, key));
    const rental = await acceptedOnceAnswered((key) => alice.rent(bookId, key));
    await acceptedOnceAnswered((key) => alice.giveBack(rental.id, key));
  });

  it('MyPage answers, titles and all', async () => {
    const { history } = await entryOnceItShows(alice, title, { status: 'RETURN_COMPLETE' });
    expect(history.map(({ event }) => event)).toContain('Rentaled');
  });

  it('what only Book knows is UNAVAILABLE without waiting for Book, and nothing else', async () => {
    const failure = await alice.book(bookId).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AnsweredWithErrors);
    expect((failure as AnsweredWithErrors).codes).toEqual(['UNAVAILABLE']);
  });

  it('the page and a mutation’s payload are answered without the books, with one error for each', async () => {
    const { data, errors } = await alice.ask<{ myPage: { entries: { edges: { node: { bookTitle: string } }[] } } }>(
      '{ myPage { entries { edges { node { bookTitle status book { id title availableCopies } } } } } }',
    );
    expect(data?.myPage.entries.edges).toEqual([{ node: { bookTitle: title, status: 'RETURN_COMPLETE', book: null } }]);
    expect(errors).toEqual([missing('myPage', 'entries', 'edges', 0, 'node', 'book')]);
    const reserved = await alice.ask(
      `mutation($bookId: ID!) { reserveBook(input: { bookId: $bookId }) {
        reservation { status book { title queueLength } } refusal { code } } }`,
      { bookId },
    );
    expect(reserved.data).toEqual({
      reserveBook: { reservation: { status: 'READY', book: null }, refusal: null },
    });
    expect(reserved.errors).toEqual([missing('reserveBook', 'reservation', 'book')]);
  });

  it('and once it is back, Book has caught up', async () => {
    ended = book?.end();
    await ended;
    await eventually(async () => (await libby.book(bookId).catch(() => null))?.status === 'BOOKING', {
      what: 'the copy back in stock, and held for the next reservation',
    });
  });
});

describe.each(outages)('while Reserve %s', (outage) => {
  const title = `Returned while Reserve ${outage}`;
  let alice: Reader;
  let bob: Reader;
  let bookId: string;
  let bobsReservation: string;
  let rentalId: string;
  let ended: Promise<void> | undefined;
  let reserve: undefined | { end(): Promise<void> };
  beforeAll(async () => {
    [alice, bob] = await Promise.all([aReader(), aReader()]);
    bookId = await aBook(title);
    await acceptedOnceAnswered((key) => alice.reserve(bookId, key));
    rentalId = (await acceptedOnceAnswered((key) => alice.rent(bookId, key))).id;
    bobsReservation = (await acceptedOnceAnswered((key) => bob.reserve(bookId, key))).id;
    reserve = outOfService(system, 'reserve', outage);
  });
  afterAll(() => ended ?? reserve?.end());

  it('the remote call has no timeout and sits inside the database transaction: here a return is accepted before Reserve answers', async () => {
    const idempotencyKey = randomUUID();
    for (let times = 0; times < 3; times += 1)
      accepted(
        await eventually(() => unlessUnavailable(alice.giveBack(rentalId, idempotencyKey)), { what: 'the answer' }),
      );
    await entryOnceItShows(alice, title, { status: 'RETURN_COMPLETE' });
  });

  it('the catalogue is answered without queue lengths, with one error for each', async () => {
    interface Catalogue {
      readonly books: { readonly edges: readonly { readonly node: object }[] };
    }
    const { data, errors } = await alice.ask<Catalogue>(
      'query($search: String!) { books(search: $search) { edges { node { title totalCopies queueLength } } } }',
      { search: 'Returned while Reserve' },
    );
    const edges = data?.books.edges ?? [];
    expect(edges.map(({ node }) => node)).toContainEqual({ title, totalCopies: 1, queueLength: null });
    expect(errors).toEqual(edges.map((_edge, index) => missing('books', 'edges', index, 'node', 'queueLength')));
  });

  it('and once Reserve is back, the return takes effect, once: the copy is the next reader’s', async () => {
    ended = reserve?.end();
    await ended;
    await eventually(async () => (await bob.reservation(bobsReservation))?.status === 'READY', {
      what: 'the copy being set aside for the next reader',
    });
    await acceptedOnceAnswered((key) => bob.rent(bookId, key));
    await entryOnceItShows(bob, title, { status: 'ON_RENTAL' });
    expect(events.named('Returned', bookId)).toHaveLength(1);
    expect(
      events
        .named('Ready', bookId)
        .map(({ data }) => data.reservationId)
        .filter((id) => id === bobsReservation),
    ).toHaveLength(1);
  });
});

it('events are lost when the process dies after the commit: here the next process sends them', async () => {
  const bookId = await aBook('Survivor');
  const known = events.named('Subscribed', bookId).length;
  const readers = await Promise.all(Array.from({ length: 20 }, aReader));
  let killed = false;
  await Promise.all(
    readers.map(async (reader) => {
      const idempotencyKey = randomUUID();
      await eventually(
        async () => {
          const answer = await unlessUnavailable(reader.reserve(bookId, idempotencyKey));
          if (!killed) system.kill('reserve', 'SIGKILL');
          killed = true;
          return answer && accepted(answer);
        },
        { what: 'an answer' },
      );
    }),
  );
  await eventually(() => events.named('Subscribed', bookId).length >= known + readers.length);
  const told = events.named('Subscribed', bookId).map(({ data }) => data.userId);
  expect(told.filter((id) => readers.some((reader) => reader.id === id)).sort()).toEqual(
    readers.map(({ id }) => id).sort(),
  );
});

it('while Kafka is silent, every page is answered and says how old it may be', async () => {
  const own = await startSystem({ engines: 'embedded' });
  try {
    const reader = await member(own, randomUUID());
    const kafka = own.pids()['embedded-kafka'] ?? NaN;
    process.kill(kafka, 'SIGSTOP');
    try {
      const { lagMs } = await eventually(
        async () => {
          const { freshness } = await reader.page();
          return freshness.stale && freshness;
        },
        { what: 'a page that says that it may be stale', everyMs: 500 },
      );
      expect(lagMs).toBeGreaterThan(0);
    } finally {
      process.kill(kafka, 'SIGCONT');
    }
    await eventually(async () => !(await reader.page()).freshness.stale, { what: 'a page that is fresh again' });
    expect(defectsIn(own.output())).toEqual([]);
  } finally {
    await own.stop();
  }
});

it('an outage is reported as a bug: here as an outage', () => {
  expect(system.output()).toMatch(/ warn +(a subgraph fails|an operation failed)/);
  expect(defectsIn(system.output())).toEqual([]);
});
