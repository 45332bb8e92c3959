import { ask, issueDevelopmentToken, type GraphQLAnswer } from '@rentalbook/cli';
import { randomUUID } from 'node:crypto';
import { selections, type Book, type Page, type Payload, type Rental, type Reservation } from './answers';
import { eventually } from './eventually';
import type { System } from './system';

type Variables = Readonly<Record<string, unknown>>;
type Headers = Readonly<Record<string, string>>;

/** An answer with `errors` where a test expected none; the test may check the codes. */
export class AnsweredWithErrors extends Error {
  override readonly name = 'AnsweredWithErrors';
  constructor(
    message: string,
    readonly codes: readonly string[],
  ) {
    super(message);
  }
}

/** A client of the router. */
export interface Person {
  readonly id: string;
  readonly token: string | undefined;
  /** The answer as it is, with its errors. */
  ask<Data>(query: string, variables?: Variables, headers?: Headers): Promise<GraphQLAnswer<Data>>;
  /** The answer's data; throws {@link AnsweredWithErrors} when there is any error. */
  data<Data>(query: string, variables?: Variables, headers?: Headers): Promise<Data>;
}

export interface Reader extends Person {
  reserve(bookId: string, idempotencyKey?: string): Promise<Payload<Reservation>>;
  cancel(reservationId: string, reason?: string, idempotencyKey?: string): Promise<Payload<Reservation>>;
  rent(bookId: string, idempotencyKey?: string): Promise<Payload<Rental>>;
  giveBack(rentalId: string, idempotencyKey?: string): Promise<Payload<Rental>>;
  reservation(id: string): Promise<Reservation | null>;
  rental(id: string): Promise<Rental | null>;
  book(id: string): Promise<Book | null>;
  /** The member's page, newest entry first; with a token of a mutation it includes that change. */
  page(consistencyToken?: string): Promise<Page>;
}

export interface Librarian extends Reader {
  addBook(title: string, copies: number, idempotencyKey?: string): Promise<Payload<Book>>;
  addCopies(bookId: string, copies: number, idempotencyKey?: string): Promise<Payload<Book>>;
  withdrawCopy(bookId: string, copyId: string, reason: string): Promise<Payload<Book>>;
}

export interface TokenClaims {
  readonly name?: string;
  readonly roles?: readonly string[];
  /** As jose reads it: "12h"; "-1h" makes a token that is over. */
  readonly expiresIn?: string;
}

/** A client without a token. */
export const anonymous = (system: Pick<System, 'url'>): Person => personWith(system.url, '', undefined);

/** A client with a token of the system's own keys, whatever it claims. */
export async function person(
  system: Pick<System, 'url' | 'dataDir'>,
  id: string,
  claims: TokenClaims = {},
): Promise<Person> {
  return personWith(system.url, id, await issueDevelopmentToken(system.dataDir, { memberId: id, ...claims }));
}

export async function member(system: Pick<System, 'url' | 'dataDir'>, id: string, name = id): Promise<Reader> {
  return readerFrom(await person(system, id, { name }));
}

export async function librarian(system: Pick<System, 'url' | 'dataDir'>, id = 'libby'): Promise<Librarian> {
  const reader = readerFrom(await person(system, id, { roles: ['librarian'] }));
  const command = commandsOf(reader);
  return {
    ...reader,
    addBook: (title, copies, idempotencyKey) =>
      command('addBook', 'AddBookInput', 'book', { title, copies, authors: ['Anon'], idempotencyKey }),
    addCopies: (bookId, copies, idempotencyKey) =>
      command('addCopies', 'AddCopiesInput', 'book', { bookId, copies, idempotencyKey }),
    withdrawCopy: (bookId, copyId, reason) =>
      command('withdrawCopy', 'WithdrawCopyInput', 'book', { bookId, copyId, reason }),
  };
}

function personWith(url: string, id: string, token: string | undefined): Person {
  return {
    id,
    token,
    ask: (query, variables = {}, headers = {}) => ask(url, token, query, variables, headers),
    async data<Data>(query: string, variables: Variables = {}, headers: Headers = {}) {
      const { data, errors } = await ask<Data>(url, token, query, variables, headers);
      if (data && !errors) return data;
      const faults = (errors ?? []).map(({ message, extensions }) => `${extensions?.code ?? 'no code'}: ${message}`);
      throw new AnsweredWithErrors(
        `${faults.join('; ') || 'no data'} (${query})`,
        (errors ?? []).map(({ extensions }) => extensions?.code ?? ''),
      );
    },
  };
}

function readerFrom(asker: Person): Reader {
  const command = commandsOf(asker);
  const byId = async <Entity>(field: keyof typeof selections, id: string): Promise<Entity | null> => {
    const data = await asker.data<Record<string, Entity | null>>(
      `query($id: ID!) { ${field}(id: $id) { ${selections[field]} } }`,
      { id },
    );
    return data[field] ?? null;
  };
  return {
    ...asker,
    reserve: (bookId, idempotencyKey) =>
      command('reserveBook', 'ReserveBookInput', 'reservation', { bookId, idempotencyKey }),
    cancel: (reservationId, reason, idempotencyKey) =>
      command('cancelReservation', 'CancelReservationInput', 'reservation', { reservationId, reason, idempotencyKey }),
    rent: (bookId, idempotencyKey) => command('rentBook', 'RentBookInput', 'rental', { bookId, idempotencyKey }),
    giveBack: (rentalId, idempotencyKey) =>
      command('returnBook', 'ReturnBookInput', 'rental', { rentalId, idempotencyKey }),
    reservation: (id) => byId('reservation', id),
    rental: (id) => byId('rental', id),
    book: (id) => byId('book', id),
    async page(consistencyToken) {
      interface Answer {
        readonly myPage: Omit<Page, 'entries'> & { entries: { edges: { node: Page['entries'][number] }[] } };
      }
      const headers = consistencyToken === undefined ? {} : { 'x-consistency-token': consistencyToken };
      const { myPage } = await asker.data<Answer>(`{ myPage { ${selections.page} } }`, {}, headers);
      return { ...myPage, entries: myPage.entries.edges.map(({ node }) => node) };
    },
  };
}

/** Asks a mutation for its payload, under the one name that all of them share here. */
function commandsOf(asker: Person) {
  return async <Entity>(
    field: string,
    input: string,
    entity: 'book' | 'reservation' | 'rental',
    asked: Variables,
  ): Promise<Payload<Entity>> => {
    const data = await asker.data<{ payload: Payload<Entity> }>(
      `mutation($input: ${input}!) { payload: ${field}(input: $input) {
        entity: ${entity} { ${selections[entity]} } refusal { code message rule } consistencyToken } }`,
      { input: asked },
    );
    return data.payload;
  };
}

/** The entity of an accepted command; throws when it was refused. */
export function accepted<Entity>({ entity, refusal }: Payload<Entity>): Entity {
  if (entity !== null) return entity;
  throw new Error(`refused: ${refusal?.code ?? ''} ${refusal?.message ?? ''}`);
}

/** The result of `answer`; undefined where it is UNAVAILABLE, after which a client may retry. */
export async function unlessUnavailable<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof AnsweredWithErrors) || error.codes.length === 0) throw error;
    if (error.codes.every((code) => code === 'UNAVAILABLE')) return undefined;
    throw error;
  }
}

/**
 * Sends a command until it is answered, each time with the same idempotency key, and resolves to the entity.
 * Under the time limits that are shipped, a service that is busy or was harmed a moment ago may answer UNAVAILABLE.
 */
export async function acceptedOnceAnswered<Entity>(
  send: (idempotencyKey: string) => Promise<Payload<Entity>>,
): Promise<Entity> {
  const key = randomUUID();
  return accepted(await eventually(() => unlessUnavailable(send(key)), { what: 'the answer to a command' }));
}
