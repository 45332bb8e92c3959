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
import type { SigningKey } from '@rentalbook/service-kit/signing-keys';
import { randomUUID } from 'node:crypto';
import { askDirectly, identityHeader, keyOf } from './support/direct';
import { rotateEverything } from './support/key-rotation';
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

/** A book with one copy that every service has heard of. */
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

it('an outage is reported as a bug: here as an outage', () => {
  expect(system.output()).toMatch(/ warn +(a subgraph fails|an operation failed)/);
  expect(defectsIn(system.output())).toEqual([]);
});

// The last one: it leaves tokens behind that are accepted no more.
describe('a key that is changed is an outage: here every key and secret is changed under load, and no request fails', () => {
  interface List {
    readonly pageInfo: { readonly endCursor: string };
  }
  interface Lists {
    readonly books: List;
    readonly book: { readonly reservations: List; readonly rentals: List };
  }
  const page = '{ pageInfo { endCursor } }';
  const LISTS = `query($book: ID!, $a: String, $b: String, $c: String) {
    books(first: 1) ${page} book(id: $book) { reservations(first: 1) ${page} rentals(first: 1) ${page} }
    next: books(first: 1, after: $a) ${page}
    nextOf: book(id: $book) { reservations(first: 1, after: $b) ${page} rentals(first: 1, after: $c) ${page} }
  }`;
  const PAGE = `query($after: String) { myPage { entries(first: 1) ${page} next: entries(first: 1, after: $after) ${page} } }`;
  const answered = <Answer>(request: () => Promise<Answer>): Promise<Exclude<Answer, false | null | undefined>> =>
    eventually(() => unlessUnavailable(request()), { what: 'an answer' });

  /** Commands at each service, their tokens, lists of each service with cursors of the round before. */
  async function load(bookId: string, isOver: () => boolean): Promise<number> {
    let after: { a?: string; b?: string; c?: string } = {};
    let rounds = 0;
    for (; !isOver() || rounds === 0; rounds += 1) {
      const [clerk, reader] = await Promise.all([librarian(system), aReader()]);
      await acceptedOnceAnswered((key) => clerk.addCopies(bookId, 1, key));
      const key = randomUUID();
      const { consistencyToken } = await answered(() => reader.reserve(bookId, key));
      await eventually(async () => !(await answered(() => reader.page(consistencyToken))).freshness.stale);
      const { id } = await acceptedOnceAnswered((rentKey) => reader.rent(bookId, rentKey));
      await eventually(async () => (await answered(() => reader.rental(id))).status === 'ACTIVE');
      const cursors = { book: bookId, ...after };
      const { books, book } = await answered(() => clerk.data<Lists>(LISTS, cursors));
      const { myPage } = await answered(() => reader.data<{ myPage: { entries: List } }>(PAGE, {}));
      await answered(() => reader.data(PAGE, { after: myPage.entries.pageInfo.endCursor }));
      after = {
        a: books.pageInfo.endCursor,
        b: book.reservations.pageInfo.endCursor,
        c: book.rentals.pageInfo.endCursor,
      };
      await acceptedOnceAnswered((returnKey) => reader.giveBack(id, returnKey));
    }
    return rounds;
  }

  it('in the steps of docs/upgrading.md', async () => {
    const timesRefused = () => system.output().split('refused a request without a valid identity').length - 1;
    const refusedBefore = timesRefused();
    const bookId = await aBook('Rotated');
    const [old, cursor] = [
      keyOf(system, 'router'),
      (await libby.data<Lists>(LISTS, { book: bookId })).books.pageInfo.endCursor,
    ];
    const rotation = rotateEverything(system);
    let isOver = false;
    const loading = load(bookId, () => isOver);
    const rotating = (async () => {
      await rotation.announce();
      await rotation.use();
      await rotation.withdraw();
    })();
    // A request that fails ends the wait for what only requests bring about.
    await Promise.race([rotating, loading]);
    isOver = true;
    expect(await loading).toBeGreaterThan(1);
    expect(timesRefused()).toBe(refusedBefore);

    const request = { subgraph: 'book', caller: null, body: JSON.stringify({ query: '{ __typename }' }) } as const;
    const url = `http://localhost:${String(system.portOf('book'))}/graphql`;
    const statusWith = async (key: SigningKey) =>
      (await askDirectly(url, request.body, identityHeader(system, { ...request, key }))).status;
    expect([await statusWith(old), await statusWith(keyOf(system, 'router'))]).toEqual([401, 200]);
    await expect(libby.book(bookId)).rejects.toThrow('UNAUTHENTICATED');
    const { errors } = await (await librarian(system)).ask(LISTS, { book: bookId, a: cursor });
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
  });
});
