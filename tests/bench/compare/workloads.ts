import { librarian, member, accepted, eventually } from '@rentalbook/test-kit';
import type { Library } from './contenders';
import type { Seeded } from './catalogue';
import type { Session } from './load';

export interface Workload {
  readonly name: string;
  readonly connections: number;
  /** Readers may be asked by a gateway alone; commands need the books of the round. */
  readonly kind: 'read' | 'command';
  /** Sessions of one round; undefined once it has no more. */
  readonly begin: (library: Library, seeded: Seeded) => Promise<() => Session | undefined>;
}

const PAGE = `query Page { myPage { memberId activeCount waitingCount overdueCount freshness { lagMs stale }
  entries(first: 20) { edges { node { id bookTitle status statusText position updatedAt
    book { id title availableCopies } reservation { id status position } rental { id status dueAt } } } } } }`;
const BOOKS = `query Books { books(first: 20) { edges { node { id title authors availableCopies totalCopies } } } }`;
const BOOK = `query Book($id: ID!) { book(id: $id) { id title authors availableCopies totalCopies } }`;
const RESERVE = `mutation Reserve($input: ReserveBookInput!) { reserveBook(input: $input) {
  reservation { id status position } refusal { code message } } }`;
const RENT = `mutation Rent($input: RentBookInput!) { rentBook(input: $input) { rental { id status } refusal { code } } }`;
const RETURN = `mutation Return($input: ReturnBookInput!) { returnBook(input: $input) { rental { id status } refusal { code } } }`;

const CANCEL = `mutation Cancel($input: CancelReservationInput!) { cancelReservation(input: $input) {
  reservation { id status } refusal { code } } }`;

/** The exponent of the mixed workload: of 40 titles, the first is asked for about as often as the last 24 together. */
const ZIPF = 0.99;
const WRITES = 0.05;
const MANY_MEMBERS = 200;

const picks = (): (() => number) => {
  // The same sequence for every contender.
  let state = 7;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
};
const anyOf = <T>(all: readonly T[], chance: () => number): T => {
  const one = all[Math.floor(chance() * all.length)];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
};

/** Picks by Zipf's law: the chance of the n-th is in proportion to 1 / n^0.99. */
function byZipf<T>(all: readonly T[]): (chance: number) => T {
  const upTo: number[] = [];
  for (const place of all.keys()) upTo.push((upTo.at(-1) ?? 0) + 1 / (place + 1) ** ZIPF);
  const whole = upTo.at(-1) ?? 0;
  return (chance) => {
    const found = all[upTo.findIndex((sum) => sum >= chance * whole)];
    if (found === undefined) throw new Error('there is nothing to pick from');
    return found;
  };
}

export const workloads: readonly Workload[] = [
  {
    name: 'page',
    connections: 16,
    kind: 'read',
    begin: (_library, { members }) => {
      const chance = picks();
      return Promise.resolve(() => async (ask) => {
        await ask({ token: anyOf(members, chance).token, query: PAGE });
      });
    },
  },
  {
    name: 'page of one member',
    connections: 16,
    kind: 'read',
    begin: (_library, { members: [first] }) =>
      Promise.resolve(() => async (ask) => {
        await ask({ token: first?.token, query: PAGE });
      }),
  },
  {
    name: 'mixed',
    connections: 16,
    kind: 'read',
    begin: async (library, { bookIds }) => {
      const members = await Promise.all(
        Array.from({ length: MANY_MEMBERS }, (_, n) => member(library, `mixed-${String(n)}`)),
      );
      const chance = picks();
      const book = byZipf(bookIds);
      return () => async (ask) => {
        const { token } = anyOf(members, chance);
        const bookId = book(chance());
        const kind = chance();
        if (kind >= WRITES) {
          const page = { token, query: PAGE };
          await ask(kind < 0.5 ? page : { token, query: BOOK, variables: { id: bookId } });
          return;
        }
        const reserved = await ask({ token, query: RESERVE, variables: { input: { bookId } } });
        // Refused where another connection reserves the title for the same member.
        const { reservation } = reserved?.['reserveBook'] as { reservation: { id: string } | null };
        if (reservation) await ask({ token, query: CANCEL, variables: { input: { reservationId: reservation.id } } });
      };
    },
  },
  {
    name: '20 books',
    connections: 16,
    kind: 'read',
    begin: () =>
      Promise.resolve(() => async (ask) => {
        await ask({ token: undefined, query: BOOKS });
      }),
  },
  {
    name: 'one book',
    connections: 16,
    kind: 'read',
    begin: (_library, { bookIds }) => {
      const chance = picks();
      return Promise.resolve(() => async (ask) => {
        await ask({ token: undefined, query: BOOK, variables: { id: anyOf(bookIds, chance) } });
      });
    },
  },
  {
    name: 'reservations',
    connections: 16,
    kind: 'command',
    begin: async (library) => {
      const { bookIds, readers } = await forCommands(library);
      const wanted = readers.flatMap(({ token }) => bookIds.map((bookId) => ({ token, bookId })));
      return () => {
        const next = wanted.pop();
        if (!next) return undefined;
        return async (ask) => {
          const data = await ask({ token: next.token, query: RESERVE, variables: { input: { bookId: next.bookId } } });
          requirePart(data, 'reserveBook', 'reservation');
        };
      };
    },
  },
  {
    name: 'cycles',
    connections: 16,
    kind: 'command',
    begin: async (library) => {
      const { bookIds, readers } = await forCommands(library);
      const wanted = bookIds.flatMap((bookId) => readers.map(({ token }) => ({ token, bookId })));
      return () => {
        const next = wanted.pop();
        if (!next) return undefined;
        const { token, bookId } = next;
        return async (ask) => {
          const input = { bookId };
          requirePart(await ask({ token, query: RESERVE, variables: { input } }), 'reserveBook', 'reservation');
          const { id } = requirePart(await ask({ token, query: RENT, variables: { input } }), 'rentBook', 'rental');
          const returned = await ask({ token, query: RETURN, variables: { input: { rentalId: id } } });
          requirePart(returned, 'returnBook', 'rental');
        };
      };
    },
  },
];

/** The entity of a payload; throws for a refusal, which would be fast for nothing. */
function requirePart(data: unknown, mutation: string, part: string): { readonly id: string } {
  const payload = (data as Record<string, Record<string, { id: string } | null> | null> | null | undefined)?.[mutation];
  const entity = payload?.[part];
  if (!entity) throw new Error(`${mutation} was refused: ${JSON.stringify(payload)}`);
  return entity;
}

const COMMAND_BOOKS = 25;
const COMMAND_READERS = 32;

let rounds = 0;

/** Titles and members of a round of their own, with a copy for each: no reservation waits, and none is refused. */
async function forCommands(library: Library) {
  rounds += 1;
  const libby = await librarian(library);
  const round = String(rounds);
  const bookIds = await Promise.all(
    Array.from(
      { length: COMMAND_BOOKS },
      async (_, n) => accepted(await libby.addBook(`Round ${round} ${String(n)}`, COMMAND_READERS)).id,
    ),
  );
  const readers = await Promise.all(
    Array.from({ length: COMMAND_READERS }, (_, n) => member(library, `round-${round}-${String(n)}`)),
  );
  const probe = await member(library, `probe-${round}`);
  for (const bookId of bookIds)
    await eventually(async () => (await probe.reserve(bookId)).entity, { what: 'Reserve knowing a new title' });
  return { bookIds, readers };
}
