import {
  accepted,
  eventually,
  librarian,
  member,
  putMessages,
  readEvents,
  tailDeadLetters,
  type EventLog,
  type Librarian,
  type Reader,
} from '@rentalbook/test-kit';
import { signedBy } from '@rentalbook/test-kit/signatures';
import { randomUUID } from 'node:crypto';
import { codesOf } from './support/answers';
import { entryOnceItShows } from './support/pages';
import { sharedSystem } from './support/shared-system';

const system = sharedSystem();
const LONG = 'x'.repeat(10_000);

let events: EventLog;
let libby: Librarian;
let reader: Reader;
let other: Reader;
let bookId: string;
let rentalId: string;
beforeAll(async () => {
  [events, libby, reader, other] = await Promise.all([
    readEvents(system),
    librarian(system, 'libby-bad-input'),
    member(system, 'bad-input'),
    member(system, 'bad-input-other'),
  ]);
  bookId = accepted(await libby.addBook('Bad input', 2)).id;
  accepted(await other.reserve(bookId));
  rentalId = accepted(await other.rent(bookId)).id;
  await eventually(() => events.named('Loaned', bookId).length === 1);
});
afterAll(() => events.close());

/** Events on behalf of the people of this file, whom no other file uses. */
const written = (): number =>
  events.all.filter(({ actor }) => ['libby-bad-input', 'bad-input', 'bad-input-other'].includes(actor)).length;

/** Runs what must not write anything; an accepted command at its end shows that all events before it were read. */
async function expectNothingWritten(work: () => Promise<void>): Promise<void> {
  const before = written();
  await work();
  const marker = accepted(await libby.addBook(`Marker ${randomUUID()}`, 1)).id;
  await eventually(() => events.named('Added', marker).length === 1);
  expect(written()).toBe(before + 1);
}

const reserveInput = (fields: object) =>
  ['mutation($i: ReserveBookInput!) { reserveBook(input: $i) { refusal { code } } }', { i: fields }] as const;
const rentInput = (fields: object) =>
  ['mutation($i: RentBookInput!) { rentBook(input: $i) { refusal { code } } }', { i: fields }] as const;
const cancelInput = (fields: object) =>
  [
    'mutation($i: CancelReservationInput!) { cancelReservation(input: $i) { refusal { code } } }',
    { i: fields },
  ] as const;
const addInput = (fields: object) =>
  ['mutation($i: AddBookInput!) { addBook(input: $i) { refusal { code } } }', { i: fields }] as const;
/** A request just below the limit of its size: what the router asks of Book is longer by names of its own. */
function longestRequest() {
  const query = 'query Longest($id: ID!) { book(id: $id) { id title } }';
  const others = JSON.stringify({ query, variables: { id: '' } }).length;
  return [query, { id: 'x'.repeat(99_990 - others) }] as const;
}
const copiesInput = (fields: object) =>
  ['mutation($i: AddCopiesInput!) { addCopies(input: $i) { refusal { code } } }', { i: fields }] as const;

describe('a request that cannot be used', () => {
  it.each([
    ['no document', '', 'BAD_REQUEST'],
    ['a document that does not end', '{ books { edges ', 'GRAPHQL_PARSE_FAILED'],
    ['a field that is not there', '{ books { edges { node { shelf } } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['an argument that is missing', '{ book { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a mutation without its input', 'mutation { reserveBook { refusal { code } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a number where an id is an object', '{ book(id: { a: 1 }) { id } }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('is refused with a documented code: %s', async (_what, query, code) => {
    await expectNothingWritten(async () => {
      expect(codesOf(await reader.ask(query))).toEqual([code]);
    });
  });
});

describe('a bad value in a command is BAD_USER_INPUT and writes nothing', () => {
  it.each([
    ['an empty title', () => libby.ask(...addInput({ title: '' }))],
    ['a title of spaces', () => libby.ask(...addInput({ title: '   ' }))],
    ['a title of 10,000 characters', () => libby.ask(...addInput({ title: LONG }))],
    ['an author of 10,000 characters', () => libby.ask(...addInput({ title: 'A', authors: [LONG] }))],
    ['a title of invisible characters', () => libby.ask(...addInput({ title: '\u200b\u2060' }))],
    ['a title that prints backwards', () => libby.ask(...addInput({ title: 'A\u202eB' }))],
    ['a title of two lines', () => libby.ask(...addInput({ title: 'A\u2028B' }))],
    ['an author with half a character', () => libby.ask(...addInput({ title: 'A', authors: ['\ud83d'] }))],
    ['a title with a NUL', () => libby.ask(...addInput({ title: 'A\u0000B' }))],
    [
      'a search for a NUL',
      () => reader.ask('query($s: String) { books(search: $s) { edges { cursor } } }', { s: '\0' }),
    ],
    ['an author of invisible characters', () => libby.ask(...addInput({ title: 'A', authors: ['\u3164'] }))],
    ['a title of Hangul fillers', () => libby.ask(...addInput({ title: '\u115f\u1160\uffa0' }))],
    ['a title with an override of direction', () => libby.ask(...addInput({ title: 'A\u202eB' }))],
    ['a reason with a line separator', () => reader.ask(...cancelInput({ reservationId: 'r', reason: 'A\u2028B' }))],
    ['an ISBN of 10,000 characters', () => libby.ask(...addInput({ title: 'A', isbn: LONG }))],
    ['no copies', () => libby.ask(...addInput({ title: 'A', copies: 0 }))],
    ['minus one copy', () => libby.ask(...addInput({ title: 'A', copies: -1 }))],
    ['two thousand million copies', () => libby.ask(...addInput({ title: 'A', copies: 2_000_000_000 }))],
    ['more copies than an Int holds', () => libby.ask(...addInput({ title: 'A', copies: 3_000_000_000 }))],
    ['half a copy', () => libby.ask(...addInput({ title: 'A', copies: 0.5 }))],
    ['copies in words', () => libby.ask(...addInput({ title: 'A', copies: 'two' }))],
    ['no copies more', () => libby.ask(...copiesInput({ bookId, copies: 0 }))],
    ['an idempotency key that is empty', () => reader.ask(...reserveInput({ bookId, idempotencyKey: '' }))],
    [
      'an idempotency key of 65 characters',
      () => reader.ask(...reserveInput({ bookId, idempotencyKey: 'k'.repeat(65) })),
    ],
    ['an operator instead of an id', () => reader.ask(...reserveInput({ bookId: { $ne: null } }))],
    ['null instead of an id', () => reader.ask(...reserveInput({ bookId: null }))],
    ['an id that fills the request, to which the router adds its part', () => reader.ask(...longestRequest())],
    ['a list instead of an id', () => reader.ask(...rentInput({ bookId: [bookId, bookId] }))],
  ])('%s', async (_what, ask) => {
    await expectNothingWritten(async () => {
      expect(codesOf(await ask())).toEqual(['BAD_USER_INPUT']);
    });
  });

  it('more copies than a title may have', async () => {
    const { id } = accepted(await libby.addBook('Everywhere', 100));
    for (let more = 0; more < 9; more += 1) accepted(await libby.addCopies(id, 100));
    await eventually(() => events.named('Added', id).length === 10);
    await expectNothingWritten(async () => {
      await expect(libby.addCopies(id, 1)).rejects.toMatchObject({
        codes: ['BAD_USER_INPUT'],
        message: expect.stringContaining('"copies" is 1 and "Everywhere" has 1000'),
      });
    });
  });

  it('an idempotency key of a refusal, for something else', async () => {
    const [nothing, something] = [randomUUID(), randomUUID()];
    expect((await reader.cancel('no-such-thing', undefined, nothing)).refusal?.code).toBe('RESERVATION_NOT_FOUND');
    expect((await reader.giveBack('no-such-thing', something)).refusal?.code).toBe('RENTAL_NOT_FOUND');
    await expectNothingWritten(async () => {
      expect((await reader.cancel('no-such-thing', undefined, nothing)).refusal?.code).toBe('RESERVATION_NOT_FOUND');
      await expect(reader.cancel('nor-this', undefined, nothing)).rejects.toMatchObject({ codes: ['BAD_USER_INPUT'] });
      await expect(reader.giveBack('nor-this', something)).rejects.toMatchObject({ codes: ['BAD_USER_INPUT'] });
    });
  });

  it('an idempotency key that was used for something else', async () => {
    const key = randomUUID();
    accepted(await libby.addBook('Keyed', 1, key));
    await eventually(() => events.all.some(({ eventType, data }) => eventType === 'Added' && data.bookNm === 'Keyed'));
    await expectNothingWritten(async () => {
      await expect(libby.addBook('Keyed otherwise', 1, key)).rejects.toMatchObject({ codes: ['BAD_USER_INPUT'] });
    });
  });
});

describe('an id that is longer than an id can be is BAD_USER_INPUT and writes nothing', () => {
  const fields = ['bookId', 'copyId', 'rentalId', 'reservationId', 'id'];
  it.each<[string, (id: string) => Promise<unknown>]>([
    ['reserveBook', (id) => reader.reserve(id, randomUUID())],
    ['cancelReservation', (id) => reader.cancel(id, undefined, randomUUID())],
    ['rentBook', (id) => reader.rent(id, randomUUID())],
    ['returnBook', (id) => reader.giveBack(id, randomUUID())],
    ['addCopies', (id) => libby.addCopies(id, 1, randomUUID())],
    ['withdrawCopy of a book', (id) => libby.withdrawCopy(id, 'c', 'worn')],
    ['withdrawCopy of a copy', (id) => libby.withdrawCopy(bookId, id, 'worn')],
    ['book', (id) => reader.book(id)],
    ['reservation', (id) => reader.reservation(id)],
    ['rental', (id) => reader.rental(id)],
  ])('%s', async (_what, ask) => {
    await expectNothingWritten(async () => {
      for (const id of ['x'.repeat(65), LONG])
        await expect(ask(id)).rejects.toMatchObject({
          codes: ['BAD_USER_INPUT'],
          message: expect.stringMatching(new RegExp(`"(${fields.join('|')})" has ${String(id.length)} characters`)),
        });
    });
  });
});

describe('a command about something that is not there is refused and writes nothing', () => {
  it.each(['no-such-thing', '', 'x'.repeat(64), '00000000-0000-7000-8000-000000000000', '__proto__', '$where'])(
    'the id of %#',
    async (id) => {
      await expectNothingWritten(async () => {
        const refusals = {
          BOOK_NOT_FOUND: [
            await reader.reserve(id),
            await libby.addCopies(id, 1),
            await libby.withdrawCopy(id, 'c', 'worn'),
          ],
          RESERVATION_NOT_FOUND: [await reader.cancel(id)],
          RENTAL_NOT_FOUND: [await reader.giveBack(id)],
          COPY_NOT_FOUND: [await libby.withdrawCopy(bookId, id, 'worn')],
        };
        for (const [code, payloads] of Object.entries(refusals))
          expect(payloads.map(({ refusal, entity }) => [refusal?.code, entity])).toEqual(
            payloads.map(() => [code, null]),
          );
        expect((await reader.rent(id)).refusal?.code).toBe('BOOK_NOT_FOUND');
        expect(await reader.book(id)).toBeNull();
        expect(await reader.rental(id)).toBeNull();
        expect(await reader.reservation(id)).toBeNull();
      });
    },
  );

  it('another member’s rental is forbidden, and stays out', async () => {
    await expectNothingWritten(async () => {
      await expect(reader.giveBack(rentalId)).rejects.toMatchObject({ codes: ['FORBIDDEN'] });
      await expect(reader.rental(rentalId)).rejects.toMatchObject({ codes: ['FORBIDDEN'] });
    });
    expect((await other.rental(rentalId))?.status).toBe('ACTIVE');
  });
});

describe('a page that cannot be given is BAD_USER_INPUT', () => {
  const lists: readonly (readonly [string, (args: string) => Promise<object>])[] = [
    ['books', (args) => reader.ask(`{ books(${args}) { edges { cursor } pageInfo { endCursor } } }`)],
    ['myPage.entries', (args) => other.ask(`{ myPage { entries(${args}) { edges { cursor } } } }`)],
    [
      'Book.reservations',
      (args) => libby.ask(`{ book(id: "${bookId}") { reservations(${args}) { edges { cursor } } } }`),
    ],
    ['Book.rentals', (args) => libby.ask(`{ book(id: "${bookId}") { rentals(${args}) { edges { cursor } } } }`)],
  ];

  it.each(lists)('%s', async (_list, ask) => {
    for (const args of [
      'first: 0',
      'first: -1',
      'first: 101',
      'first: 100000',
      'last: 0',
      'last: 101',
      'first: 1, last: 1',
      'before: "forged"',
      'after: "forged"',
      `after: "${LONG}"`,
    ])
      expect([args.slice(0, 20), codesOf(await ask(args))]).toEqual([args.slice(0, 20), ['BAD_USER_INPUT']]);
  });

  it.each(lists)('%s, but an argument in which nothing is typed counts as left out', async (list, ask) => {
    for (const args of ['after: ""', 'before: " "', ...(list === 'myPage.entries' ? ['status: []'] : [])])
      expect([args, codesOf(await ask(args))]).toEqual([args, []]);
  });

  it.each(lists.slice(1))('%s, after a cursor of another list', async (_list, ask) => {
    const { books } = await reader.data<{ books: { pageInfo: { endCursor: string } } }>(
      '{ books(first: 1) { pageInfo { endCursor } } }',
    );
    expect(codesOf(await ask(`after: "${books.pageInfo.endCursor}"`))).toEqual(['BAD_USER_INPUT']);
  });

  it.each(['reservations', 'rentals'])('Book.%s, after a cursor of another book', async (list) => {
    const ofBook = (id: string, args = '') => `{ book(id: "${id}") { list: ${list}${args} { edges { cursor } } } }`;
    const cursorsOf = async (id: string): Promise<readonly string[]> => {
      const { book } = await libby.data<{ book: { list: { edges: { cursor: string }[] } } }>(ofBook(id));
      return book.list.edges.map(({ cursor }) => cursor);
    };
    const [cursor = ''] = await eventually(async () => {
      const found = await cursorsOf(bookId);
      return found.length > 0 && found;
    });
    const another = accepted(await libby.addBook('Another', 1)).id;
    expect(codesOf(await libby.ask(ofBook(bookId, `(after: "${cursor}")`)))).toEqual([]);
    expect(codesOf(await libby.ask(ofBook(another, `(after: "${cursor}")`)))).toEqual(['BAD_USER_INPUT']);
  });
});

describe('what comes in headers', () => {
  it.each(['forged', LONG, '__proto__', 'H07FjMmrjx3zZvBi, forged'])(
    'a consistency token that no mutation returned is ignored, and the page says that it may be old (%#)',
    async (token) => {
      expect((await reader.page(token)).freshness.stale).toBe(true);
      const headers = { 'x-consistency-token': token };
      expect(codesOf(await reader.ask('{ books(first: 1) { edges { cursor } } }', {}, headers))).toEqual([]);
    },
  );

  it.each(['', ' ', ' , '])('an empty consistency token is none: "%s"', async (token) => {
    expect((await reader.page(token)).freshness.stale).toBe(false);
  });

  it.each([
    { traceparent: 'x' },
    { traceparent: '00-00000000000000000000000000000000-0000000000000000-00' },
    { 'x-request-id': LONG.slice(0, 2_000) },
    { 'apollographql-client-name': '\u00ff' },
    { authorization: 'Bearer ' },
    { authorization: '' },
  ])('an optional header that says nothing useful is no reason to refuse: %j', async (headers) => {
    const response = await fetch(system.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: '{ books(first: 1) { edges { node { id queueLength } } } }' }),
    });
    expect(response.status).toBe(200);
    expect(codesOf((await response.json()) as object)).toEqual([]);
  });

  it.each([
    'Bearer nonsense',
    'Bearer undefined',
    'Basic YWxpY2U6',
    'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.',
  ])('a bad token is UNAUTHENTICATED: %s', async (authorization) => {
    const response = await fetch(system.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query: '{ books(first: 1) { edges { cursor } } }' }),
    });
    expect(response.status).toBe(401);
    expect(codesOf((await response.json()) as object)).toEqual(['UNAUTHENTICATED']);
  });

  it('a token whose signature was changed is UNAUTHENTICATED', async () => {
    const [head = '', body = '', signature = ''] = (reader.token ?? '').split('.');
    const changed = Buffer.from(body, 'base64url').toString().replace('"member"', '"librarian"');
    const token = [head, Buffer.from(changed).toString('base64url'), signature].join('.');
    const answer = await reader.ask('{ myPage { memberId } }', {}, { authorization: `Bearer ${token}` });
    expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
  });
});

describe('a message that is no event', () => {
  it.each([
    ['no JSON', '{"eventType": "Sub', 'not JSON'],
    ['null', 'null', 'does not fit'],
    ['an unknown event', JSON.stringify({ eventType: 'Stolen', schemaVersion: 1 }), 'no event "Stolen"'],
    ['a version from the future', JSON.stringify({ eventType: 'Added', schemaVersion: 99 }), 'version 99'],
    ['a prototype', '{"eventType":"__proto__","schemaVersion":1}', 'no event'],
    [
      'an event without its data',
      JSON.stringify({ eventType: 'Added', schemaVersion: 1, source: 'book' }),
      'does not fit',
    ],
  ])('is a dead letter with its reason, and what comes after it is applied: %s', async (what, value, reason) => {
    const deadLetterTopic = await tailDeadLetters(system);
    const key = `bad-${randomUUID()}`;
    try {
      await putMessages(system, [signedBy(system, 'book')({ key, value })]);
      const deadLetters = await eventually(
        () => {
          const found = deadLetterTopic.all.filter((deadLetter) => deadLetter.key === key);
          const consumers = new Set(found.map(({ headers }) => headers['dlq-consumer']));
          return consumers.size === 4 && found;
        },
        { what: 'a dead letter of each consumer' },
      );
      for (const { headers, value: kept } of deadLetters) {
        expect(headers['dlq-reason']).toContain(reason);
        expect(headers['dlq-topic']).toBe(system.topic);
        expect(kept?.toString()).toBe(value);
      }
    } finally {
      await deadLetterTopic.close();
    }
    const title = `After ${what} ${key}`;
    const fresh = await member(system, key);
    accepted(await fresh.reserve(accepted(await libby.addBook(title, 1)).id));
    await entryOnceItShows(fresh, title, { status: 'READY' });
  });
});
