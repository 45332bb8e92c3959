import { randomBytes, randomUUID } from 'node:crypto';
import { bombNumber } from '../inputs/bombs';

/** What the caller of a flood knows. */
export interface FloodFacts {
  /** Tokens to send in turn; none for an anonymous caller. */
  readonly tokens: readonly string[];
  /** Ids of books. */
  readonly ids: readonly string[];
}

/** One caller at their worst: what they send, and on how many connections at once. */
export interface Flood {
  readonly connections: number;
  /** Requests a second at most; as many as are answered where it is missing. */
  readonly perSecond?: number;
  /** What is posted in JSON; a text is sent as it is. */
  readonly request: (n: number, facts: FloodFacts) => string | { readonly query: string; readonly variables?: object };
  /** Beside the token, or in its place. */
  readonly headers?: (n: number) => Readonly<Record<string, string>>;
  /** Connections beside these that begin a request and never end it. */
  readonly slowConnections?: number;
}

const DOCUMENT_CHARACTERS = 19_000;
const one = <Item>(items: readonly Item[], n: number): Item | undefined => items[n % Math.max(1, items.length)];

/** A UUIDv7 of this moment, as a book would have that was added just now. */
function freshId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

const reserve = (alias: string, bookId: string): string =>
  `${alias}: reserveBook(input: { bookId: "${bookId}" }) { refusal { code } }`;

const RESERVE = 'mutation($input: ReserveBookInput!) { reserveBook(input: $input) { refusal { code } } }';
const CANCEL = 'mutation($input: CancelReservationInput!) { cancelReservation(input: $input) { refusal { code } } }';
const GREEDY = '{ books(first: 100) { edges { node { id title queueLength availableCopies } } } }';
const QUEUES = 'query($id: ID!) { book(id: $id) { queueLength } books(first: 20) { edges { node { queueLength } } } }';
const SEARCHES =
  'query($a: String, $b: String) { a: books(search: $a, first: 100) { edges { node { id } } } b: books(search: $b, first: 100) { edges { node { id } } } }';

const MANY_OBJECTS = Object.fromEntries(Array.from({ length: 7_500 }, (_, n) => [`k${n.toString(36)}`, {}]));
/** Each is refused before anything of the request is carried out: it is no JSON, or its token has another signature each time. */
const refusedBefore: readonly (() => Readonly<Record<string, string>>)[] = [
  () => ({}),
  () => ({ authorization: `Bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.${randomBytes(64).toString('base64url')}` }),
  () => ({ accept: 'image/png' }),
  () => ({ 'content-type': 'text/plain' }),
];

export const floods = {
  bombs: { connections: 8, request: (n) => bombNumber(n) },
  documents: {
    connections: 8,
    request: () => ({ query: `{ __typename } # ${randomBytes(DOCUMENT_CHARACTERS / 2).toString('hex')}` }),
  },
  missingBooks: {
    connections: 16,
    request: () => ({ query: `mutation { ${['a', 'b', 'c'].map((alias) => reserve(alias, freshId())).join(' ')} }` }),
  },
  queues: { connections: 4, request: (n, { ids }) => ({ query: QUEUES, variables: { id: one(ids, n) } }) },
  searches: {
    connections: 8,
    request: () => ({
      query: SEARCHES,
      variables: { a: randomBytes(1).toString('hex'), b: randomBytes(1).toString('hex') },
    }),
  },
  greed: { connections: 320, request: () => ({ query: GREEDY }) },
  keys: {
    connections: 32,
    request: (n) => ({
      query: CANCEL,
      variables: {
        input: {
          reservationId: n % 2 === 0 ? 'x'.repeat(60_000) : randomUUID(),
          idempotencyKey: randomBytes(32).toString('hex'),
        },
      },
    }),
  },
  plans: {
    connections: 32,
    slowConnections: 200,
    request: () => {
      const name = `O${randomBytes(8).toString('hex')}`;
      const aliases = ['a', 'b', 'c', 'd', 'e'].map((alias) => `${alias}${name.slice(1, 6)}`);
      return {
        query: `query ${name} { ${aliases.map((alias, n) => `${alias}: book(id: "${String(n)}") { id title queueLength reservations { edges { cursor } } }`).join(' ')} }`,
      };
    },
  },
  refused: { connections: 64, request: () => '{x', headers: (n) => one(refusedBefore, n)?.() ?? {} },
  bodies: {
    connections: 320,
    request: () => ({ query: '{ __typename }', variables: { unused: MANY_OBJECTS } }),
  },
  reservations: {
    connections: 64,
    perSecond: 10_000 / 60,
    request: (n, { ids }) => ({ query: RESERVE, variables: { input: { bookId: one(ids, n) } } }),
  },
} as const satisfies Readonly<Record<string, Flood>>;

export type FloodName = keyof typeof floods;
