import { GRAPHQL_PATH, type Caller } from '@rentalbook/service-kit/identity';
import { newSigningKey, type SigningKey } from '@rentalbook/service-kit/signing-keys';
import { keyOf } from '@rentalbook/test-kit/signatures';
import { askDirectly, identityHeader, type SignedRequest } from '../../end-to-end/support/direct';
import type { AttackedSystem } from '../attack';

type Headers = Readonly<Record<string, string>>;
/** Where a forgery is sent. */
export interface Target {
  readonly subgraph: SignedRequest['subgraph'];
  readonly path: string;
  readonly body: string;
}

/** What a forger has: headers as services sign them, at any time, for any request, and a member's token. */
export interface Workshop extends Target {
  /** As the service that calls this path signs it, or with some of it changed. */
  genuine(changed?: Partial<SignedRequest>): Headers;
  /** The same, signed so many milliseconds ago. */
  aged(ms: number): Headers;
  /** The key of a service of the system, such as may be stolen. */
  keyOf(service: Parameters<typeof keyOf>[1]): SigningKey;
  readonly bearer: string;
}

/** A way to pass for the service that calls a path. `headers` may send what is genuine, where only its use is forged. */
export interface IdentityForgery {
  readonly what: string;
  readonly headers: (workshop: Workshop, send: (headers: Headers) => Promise<unknown>) => Headers | Promise<Headers>;
}

const LIBRARIAN: Caller = { memberId: 'forger', name: 'Forger', roles: ['member', 'librarian'] };
const HOUR_MS = 3_600_000;

/** Changes each header's value, whatever its form is. */
const changed =
  (change: (value: string) => string) =>
  ({ genuine }: Workshop): Headers =>
    Object.fromEntries(Object.entries(genuine()).map(([name, value]) => [name, change(value)]));

const flipped = (value: string, at: number): string => {
  const other = value[at] === 'A' ? 'B' : 'A';
  return value.slice(0, at) + other + value.slice(at + 1);
};

/** Every way to forge an identity that there is; a new one is a line here. None depends on what the header looks like. */
export const identityForgeries: readonly IdentityForgery[] = [
  { what: 'no identity', headers: () => ({}) },
  { what: 'a member’s own token', headers: ({ bearer }) => ({ authorization: bearer }) },
  { what: 'a member’s token as the identity', headers: ({ genuine, bearer }) => renamed(genuine(), bearer) },
  { what: 'an empty identity', headers: changed(() => '') },
  { what: 'a word', headers: changed(() => 'librarian') },
  { what: 'JSON', headers: changed(() => JSON.stringify({ caller: LIBRARIAN })) },
  { what: 'a key of a stranger', headers: ({ genuine }) => genuine({ key: newSigningKey() }) },
  { what: 'the key of Book', headers: ({ genuine, keyOf }) => genuine({ key: keyOf('book') }) },
  { what: 'the key of Reserve', headers: ({ genuine, keyOf }) => genuine({ key: keyOf('reserve') }) },
  {
    what: 'the key of a service that calls another path',
    headers: ({ genuine, keyOf, path }) => genuine({ key: keyOf(path === GRAPHQL_PATH ? 'rental' : 'router') }),
  },
  {
    what: 'of another service',
    headers: ({ genuine, subgraph }) => genuine({ subgraph: subgraph === 'book' ? 'rental' : 'book' }),
  },
  { what: 'of another path', headers: ({ genuine, path }) => genuine({ path: `${path}/x` }) },
  { what: 'an hour old', headers: ({ aged }) => aged(HOUR_MS) },
  { what: 'two minutes old', headers: ({ aged }) => aged(HOUR_MS / 30) },
  { what: 'of another body', headers: ({ genuine }) => genuine({ body: '{"query":"{ x: __typename }"}' }) },
  { what: 'of no body', headers: ({ genuine }) => genuine({ body: '' }) },
  {
    what: 'used before',
    async headers({ genuine }, send) {
      const once = genuine();
      await send(once);
      return once;
    },
  },
  { what: 'cut at its end', headers: changed((value) => value.slice(0, -1)) },
  { what: 'cut at its beginning', headers: changed((value) => value.slice(1)) },
  { what: 'one character longer', headers: changed((value) => `${value}A`) },
  { what: 'twice in one', headers: changed((value) => `${value}, ${value}`) },
  { what: 'in upper case', headers: changed((value) => value.toUpperCase()) },
  { what: 'changed at its beginning', headers: changed((value) => flipped(value, 0)) },
  { what: 'changed in its middle', headers: changed((value) => flipped(value, Math.floor(value.length / 2))) },
  { what: 'changed at its end', headers: changed((value) => flipped(value, value.length - 3)) },
];

const renamed = (headers: Headers, value: string): Headers =>
  Object.fromEntries(Object.keys(headers).map((name) => [name, value]));

/** What a forger can make on this system, for a request to this place. */
export function workshop(system: AttackedSystem, target: Target, bearer: string): Workshop {
  const genuine: Workshop['genuine'] = (changes = {}) =>
    identityHeader(system, {
      ...target,
      caller: LIBRARIAN,
      key: keyOf(system, target.path === GRAPHQL_PATH ? 'router' : 'rental'),
      ...changes,
    });
  return {
    ...target,
    ...{ bearer, genuine },
    aged: (ms) => atAnotherTime(-ms, () => genuine()),
    keyOf: (service) => keyOf(system, service),
  };
}

/** Sends a forgery; resolves to what was wrong with how it was answered, or to undefined. */
export async function tryForgery(
  url: string,
  { headers }: IdentityForgery,
  shop: Workshop,
): Promise<string | undefined> {
  const send = (given: Headers) => askDirectly(url, shop.body, given);
  const { status, errors, data } = await send(await headers(shop, send));
  const isRefused = status === 401 && errors?.[0]?.extensions?.code === 'UNAUTHENTICATED' && !data;
  return isRefused ? undefined : `${String(status)} ${JSON.stringify({ data, errors })}`;
}

/** Runs what does not wait as if it were another time. */
function atAnotherTime<Result>(offMs: number, work: () => Result): Result {
  const now = Date.now;
  Date.now = () => now() + offMs;
  try {
    return work();
  } finally {
    Date.now = now;
  }
}
