import { accepted, librarian, member, type Librarian, type Reader } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { sharedSystem } from './support/shared-system';

const system = sharedSystem();

let libby: Librarian;
let reader: Reader;
beforeAll(async () => {
  [libby, reader] = await Promise.all([librarian(system, 'libby-idempotency'), member(system, 'idempotency')]);
});

type Input = Readonly<Record<string, unknown>>;
interface Payload {
  readonly entity: { readonly id: string } | null;
  readonly refusal: { readonly code: string } | null;
}

/** Sends a mutation as its client writes it; the payload shows whether it is the first answer again. */
async function send(asker: Reader, field: string, entity: string, input: Input): Promise<Payload> {
  const type = `${field[0]?.toUpperCase() ?? ''}${field.slice(1)}Input`;
  const { payload } = await asker.data<{ payload: Payload }>(
    `mutation($input: ${type}!) { payload: ${field}(input: $input) { entity: ${entity} { id } refusal { code } } }`,
    { input },
  );
  return payload;
}

/** One mutation, ways to write the same command, and one that differs in an argument. */
interface Case {
  readonly field: string;
  readonly entity: string;
  readonly asker: () => Reader;
  readonly prepare: () => Promise<Input>;
  readonly same: (first: Input) => readonly Input[];
  readonly other: (first: Input) => Input;
}

const aBook = async (copies = 1): Promise<string> =>
  accepted(await libby.addBook(`Retried ${randomUUID()}`, copies)).id;
const copyOf = async (bookId: string): Promise<string> => {
  const { book } = await libby.data<{ book: { copies: { id: string }[] } }>(
    'query($id: ID!) { book(id: $id) { copies { id } } }',
    { id: bookId },
  );
  return book.copies[0]?.id ?? '';
};

const cases: readonly Case[] = [
  {
    field: 'addBook',
    entity: 'book',
    asker: () => libby,
    prepare: () => Promise.resolve({ title: 'Written twice' }),
    same: (first) => [
      { ...first, authors: null },
      { ...first, isbn: null, authors: [] },
      { copies: 1, ...first, title: '  Written twice\t' },
    ],
    other: (first) => ({ ...first, copies: 2 }),
  },
  {
    field: 'addCopies',
    entity: 'book',
    asker: () => libby,
    prepare: async () => ({ bookId: await aBook(), copies: 2 }),
    same: ({ bookId, copies }) => [{ copies, bookId }],
    other: (first) => ({ ...first, copies: 3 }),
  },
  {
    field: 'withdrawCopy',
    entity: 'book',
    asker: () => libby,
    prepare: async () => {
      const bookId = await aBook(2);
      return { bookId, copyId: await copyOf(bookId), reason: 'worn' };
    },
    same: (first) => [{ ...first, reason: ' worn ' }],
    other: (first) => ({ ...first, reason: 'lost' }),
  },
  {
    field: 'reserveBook',
    entity: 'reservation',
    asker: () => reader,
    prepare: async () => ({ bookId: await aBook() }),
    same: (first) => [first],
    other: () => ({ bookId: 'another' }),
  },
  {
    field: 'cancelReservation',
    entity: 'reservation',
    asker: () => reader,
    prepare: async () => ({ reservationId: accepted(await reader.reserve(await aBook())).id }),
    same: (first) => [
      { ...first, reason: null },
      { ...first, reason: ' no longer needed' },
    ],
    other: (first) => ({ ...first, reason: 'found another' }),
  },
  {
    field: 'rentBook',
    entity: 'rental',
    asker: () => reader,
    prepare: async () => {
      const bookId = await aBook();
      accepted(await reader.reserve(bookId));
      return { bookId };
    },
    same: (first) => [first],
    other: () => ({ bookId: 'another' }),
  },
  {
    field: 'returnBook',
    entity: 'rental',
    asker: () => reader,
    prepare: async () => {
      const bookId = await aBook();
      accepted(await reader.reserve(bookId));
      return { rentalId: accepted(await reader.rent(bookId)).id };
    },
    same: (first) => [first],
    other: () => ({ rentalId: 'another' }),
  },
];

describe('a retry with the same idempotency key', () => {
  it.each(cases)(
    'of $field is the same command however it is written, and another with another argument',
    async (one) => {
      const { field, entity, asker } = one;
      const [first, key] = [await one.prepare(), randomUUID()];
      const answer = await send(asker(), field, entity, { ...first, idempotencyKey: key });
      expect(answer.refusal).toBeNull();
      for (const again of [first, ...one.same(first)])
        for (const idempotencyKey of [key, ` ${key} `])
          expect(await send(asker(), field, entity, { idempotencyKey, ...again })).toEqual(answer);
      await expect(send(asker(), field, entity, { ...one.other(first), idempotencyKey: key })).rejects.toMatchObject({
        codes: ['BAD_USER_INPUT'],
      });
    },
  );
});
