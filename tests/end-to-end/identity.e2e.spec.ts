import {
  accepted,
  eventually,
  librarian,
  member,
  person,
  readEvents,
  type EventLog,
  type Librarian,
} from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { codesOf } from './support/answers';
import { entryOnceItShows } from './support/pages';
import { sharedSystem } from './support/shared-system';

const system = sharedSystem();

let events: EventLog;
let libby: Librarian;
beforeAll(async () => {
  [events, libby] = await Promise.all([readEvents(system), librarian(system, 'google-oauth2|libby')]);
});
afterAll(() => events.close());

interface EntriesPage {
  readonly myPage: {
    readonly memberId: string;
    readonly entries: {
      readonly edges: readonly { readonly node: { readonly id: string } }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  };
}
const ENTRIES = `query($after: String) { myPage { memberId entries(first: 1, after: $after) {
  edges { node { id } } pageInfo { hasNextPage endCursor } } } }`;

/** Ids as identity providers give them, and such as a careless program takes for a path, an operator or a prototype. */
const ids = [
  'auth0|6543.21$x/ü?',
  'x'.repeat(255),
  '😀'.repeat(255),
  'https://issuer.example/users/7?x=1&y=2#z',
  'a+b@example.com',
  'constructor',
  '__proto__',
  'toString',
  'a.b$c',
  '$memberId',
  'a:b',
  '{"$ne":null}',
];

describe('a member whose id an identity provider chose', () => {
  it.each(ids)('reserves, rents, returns and follows it on a page of their own: %s', async (id) => {
    const reader = await member(system, id, 'Another Name');
    const [title, key] = [`Read by ${id.slice(0, 40)}`, randomUUID()];
    const [one, other] = [accepted(await libby.addBook(title, 1)), accepted(await libby.addBook(`${title}, II`, 1))];

    const reservation = accepted(await reader.reserve(one.id, key));
    expect(accepted(await reader.reserve(one.id, key))).toEqual(reservation);
    await expect(reader.reserve(other.id, key)).rejects.toMatchObject({ codes: ['BAD_USER_INPUT'] });
    const rented = await reader.rent(one.id);
    expect(accepted(rented)).toMatchObject({ status: 'ACTIVE' });
    expect(await reader.page(rented.consistencyToken)).toMatchObject({ activeCount: 1, freshness: { stale: false } });

    const given = accepted(await reader.reserve(other.id));
    expect(accepted(await reader.cancel(given.id))).toMatchObject({ status: 'CANCELLED' });
    await entryOnceItShows(reader, `${title}, II`, { status: 'CANCELLED' });
    const back = await reader.giveBack(accepted(rented).id);
    expect(accepted(back)).toMatchObject({ status: 'RETURNED' });
    await entryOnceItShows(reader, title, { status: 'RETURN_COMPLETE' });

    const first = await reader.data<EntriesPage>(ENTRIES);
    const second = await reader.data<EntriesPage>(ENTRIES, { after: first.myPage.entries.pageInfo.endCursor });
    expect(first.myPage).toMatchObject({ memberId: id, entries: { pageInfo: { hasNextPage: true } } });
    expect(second.myPage).toMatchObject({ memberId: id, entries: { pageInfo: { hasNextPage: false } } });
    expect(new Set([first, second].map(({ myPage }) => myPage.entries.edges[0]?.node.id)).size).toBe(2);

    await eventually(() => events.named('ReturnedBook', one.id).length === 1);
    const ofReader = [...events.of(one.id), ...events.of(other.id)].filter(({ data }) => 'userId' in data);
    expect(ofReader.map(({ data }) => 'userId' in data && data.userId)).toEqual(ofReader.map(() => id));
    expect(events.named('Cancelled', other.id)[0]).toMatchObject({ actor: id, data: { by: id } });
  });

  it('shares no idempotency key, cursor or page with a member of a similar id', async () => {
    const [one, other] = await Promise.all([member(system, 'tenant:one', 'One'), member(system, 'tenant', 'Tenant')]);
    const bookId = accepted(await libby.addBook('Similar ids', 2)).id;
    const first = accepted(await one.reserve(bookId, 'key'));
    expect(accepted(await other.reserve(bookId, 'one:key')).id).not.toBe(first.id);
    expect(accepted(await other.reserve(accepted(await libby.addBook('Similar ids, II', 1)).id, 'key')).id).not.toBe(
      first.id,
    );
    await entryOnceItShows(one, 'Similar ids', { status: 'READY' });
    await entryOnceItShows(other, 'Similar ids', { status: 'READY' });
    expect((await one.page()).entries).toHaveLength(1);
    const cursor = (await one.data<EntriesPage>(ENTRIES)).myPage.entries.pageInfo.endCursor;
    await expect(other.data(ENTRIES, { after: cursor })).rejects.toMatchObject({ codes: ['BAD_USER_INPUT'] });
    await expect(other.cancel(first.id)).rejects.toMatchObject({ codes: ['FORBIDDEN'] });
  });

  it('is signed in without a role when the token lists none, and may only look', async () => {
    const guest = await person(system, 'auth0|guest', { roles: [] });
    expect(codesOf(await guest.ask('{ books(first: 1) { edges { cursor } } }'))).toEqual([]);
    for (const operation of [
      '{ myPage { memberId } }',
      'mutation { reserveBook(input: { bookId: "x" }) { consistencyToken } }',
      'mutation { cancelReservation(input: { reservationId: "x", idempotencyKey: "k" }) { consistencyToken } }',
      'mutation { returnBook(input: { rentalId: "x", idempotencyKey: "k" }) { consistencyToken } }',
      'mutation { addBook(input: { title: "x" }) { consistencyToken } }',
    ])
      expect(codesOf(await guest.ask(operation))).toEqual(['FORBIDDEN']);
  });
});
