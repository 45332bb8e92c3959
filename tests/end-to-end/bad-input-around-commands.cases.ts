import { accepted, eventually, member, putMessages, tailDeadLetters } from '@rentalbook/test-kit';
import { signedBy } from '@rentalbook/test-kit/signatures';
import { randomUUID } from 'node:crypto';
import { codesOf } from './support/answers';
import { entryOnceItShows } from './support/pages';
import { system, LONG, libby, reader, other, bookId } from './bad-input.support';

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
