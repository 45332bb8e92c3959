import { accepted, eventually } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { codesOf } from './support/answers';
import { LONG, events, libby, reader, other, bookId, rentalId } from './bad-input.support';
import './bad-input-around-commands.cases';

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
