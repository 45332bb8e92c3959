import { accepted, eventually, librarian, member, anonymous, person, type Person } from '@rentalbook/test-kit';
import { keyOf } from '@rentalbook/test-kit/signatures';
import type { Caller } from '@rentalbook/service-kit/identity';
import { admitsOwner, enforcedRule, readAllowRules, type Rule } from '@rentalbook/service-kit/allow-rules';
import { parse } from 'graphql';
import { commandsWithText, permittedOperations } from '../graph/permitted-operations';
import { schemas, supergraph } from '../graph/schemas';
import { codesOf } from './support/answers';
import { newSigningKey } from '@rentalbook/service-kit/signing-keys';
import { askDirectly, identityHeader } from './support/direct';
import { sharedSystem, subgraphUrl } from './support/shared-system';
import { subgraphs } from '../../tools/services';

const system = sharedSystem();

/** The owner has what the fixtures name; the librarian is no member, and the clerk is both. */
type Who = 'anonymous' | 'expired' | 'guest' | 'other' | 'librarian' | 'clerk' | 'owner';
const OWNER = 'permissions-owner';
const roles: Readonly<Record<Who, readonly string[]>> = {
  ...{ anonymous: [], expired: [], guest: [] },
  ...{ other: ['member'], librarian: ['librarian'], clerk: ['member', 'librarian'], owner: ['member'] },
};

let people: Record<Who, Person>;
let ids: Record<'Book' | 'Reservation' | 'Rental' | 'unknown', string>;

beforeAll(async () => {
  const [owner, other, libby, guest, clerk, expired] = await Promise.all([
    member(system, OWNER),
    member(system, 'permissions-other'),
    librarian(system, 'libby-permissions'),
    person(system, 'permissions-guest', { roles: [] }),
    person(system, 'permissions-clerk', { roles: ['member', 'librarian'] }),
    person(system, OWNER, { expiresIn: '-1h' }),
  ]);
  people = { anonymous: anonymous(system), expired, guest, owner, other, librarian: libby, clerk };
  const first = accepted(await libby.addBook('Permissions', 1)).id;
  accepted(await owner.reserve(first));
  const rental = accepted(await owner.rent(first)).id;
  const second = accepted(await libby.addBook('Permissions, second volume', 1)).id;
  ids = {
    Book: first,
    Rental: rental,
    Reservation: accepted(await owner.reserve(second)).id,
    unknown: 'no-such-thing',
  };
  await eventually(async () => (await owner.page()).entries.length === 2);
});

/** What a rule makes of a caller, of a thing that is the owner's or, without an owner, the caller's. */
function verdict({ to }: Rule, who: Who, isOwners: boolean): string | undefined {
  if (to.includes('ANYONE')) return undefined;
  if (who === 'anonymous' || who === 'expired') return 'UNAUTHENTICATED';
  const isOwn = !isOwners || who === 'owner';
  const isAdmitted =
    (roles[who].includes('member') && (to.includes('MEMBER') || (to.includes('OWNER') && isOwn))) ||
    (roles[who].includes('librarian') && to.includes('LIBRARIAN'));
  return isAdmitted ? undefined : 'FORBIDDEN';
}
const expected = (rules: readonly Rule[], who: Who, isOwners: boolean): string[] => {
  if (who === 'expired') return ['UNAUTHENTICATED'];
  return rules.flatMap((rule) => verdict(rule, who, isOwners) ?? []).slice(0, 1);
};

describe('a caller of the router', () => {
  // The owner last: the commands of those who are admitted change what they are about.
  it.each<Who>(['anonymous', 'expired', 'guest', 'other', 'librarian', 'clerk', 'owner'])(
    'is answered or refused by the rules of the graph: %s',
    async (who) => {
      const met: Record<string, string[]> = {};
      const ruled: Record<string, string[]> = {};
      for (const { field, text, rules, of } of permittedOperations(supergraph, ids)) {
        met[field] = codesOf(await people[who].ask(text));
        ruled[field] = expected(rules, who, of !== undefined);
      }
      expect(met).toEqual(ruled);
      expect(Object.keys(met).length).toBeGreaterThan(20);
      if (['librarian', 'clerk', 'owner'].includes(who)) return;
      // What others may not touch is as it was.
      const { data } = await people.librarian.ask(
        'query($reservation: ID!, $rental: ID!) { reservation(id: $reservation) { status } rental(id: $rental) { status } }',
        { reservation: ids.Reservation, rental: ids.Rental },
      );
      expect(data).toEqual({ reservation: { status: 'READY' }, rental: { status: 'ACTIVE' } });
    },
  );

  it('sees only their own page', async () => {
    const page = await people.other.data('{ myPage { memberId entries { edges { node { id } } } } }');
    expect(page).toEqual({ myPage: { memberId: 'permissions-other', entries: { edges: [] } } });
  });
});

describe('a text in a command', () => {
  const refused = ['A\u202eB', 'A\u2028B', 'A\u0000B'].flatMap((text) => commandsWithText(supergraph, text));

  it.each([...new Set(refused.map(({ argument }) => argument))])('prints as it is read: %s', async (argument) => {
    for (const { text } of refused.filter((one) => one.argument === argument))
      expect(codesOf(await people.clerk.ask(text))).toEqual(['BAD_USER_INPUT']);
  });
});

describe('a subgraph', () => {
  const owner: Caller = { memberId: OWNER, name: 'Owner', roles: ['member'] };
  const other: Caller = { memberId: 'permissions-other', name: 'Other', roles: ['member'] };
  const requests = () => [
    '{ __typename }',
    '{ _service { sdl } }',
    'query { _entities(representations: [{ __typename: "Book", id: "x" }]) { __typename } }',
    `mutation { reserveBook(input: { bookId: "${ids.Book}" }) { consistencyToken } }`,
  ];
  const bodyOf = (query: string): string => JSON.stringify({ query });
  const refusedOutright = { status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] };

  it.each(subgraphs)('%s refuses a request without the router’s signature', async (name) => {
    const url = subgraphUrl(system, name);
    for (const query of requests()) {
      const body = bodyOf(query);
      expect(await askDirectly(url, body, {})).toMatchObject(refusedOutright);
      const bearer = { authorization: `Bearer ${people.owner.token ?? ''}` };
      expect(await askDirectly(url, body, bearer)).toMatchObject(refusedOutright);
      const request = { subgraph: name, caller: owner, body };
      for (const forged of [
        { ...request, key: newSigningKey() },
        { ...request, key: keyOf(system, 'rental') },
        { ...request, body: bodyOf('{ x: __typename }') },
        { ...request, subgraph: name === 'book' ? 'rental' : 'book' } as const,
      ])
        expect(await askDirectly(url, body, identityHeader(system, forged))).toMatchObject(refusedOutright);
    }
  });

  it.each(subgraphs)('%s takes a signature once', async (name) => {
    const body = bodyOf('{ __typename }');
    const header = identityHeader(system, { subgraph: name, caller: owner, body });
    expect(await askDirectly(subgraphUrl(system, name), body, header)).toMatchObject({
      status: 200,
      data: { __typename: 'Query' },
    });
    expect(await askDirectly(subgraphUrl(system, name), body, header)).toMatchObject(refusedOutright);
  });

  const librarianItself: Caller = { memberId: 'libby-permissions', name: 'Libby', roles: ['librarian'] };
  const keys = (): Readonly<Record<string, Readonly<Record<string, string>>>> => ({
    Book: { id: ids.Book },
    Reservation: { id: ids.Reservation },
    Rental: { id: ids.Rental },
    Member: { id: OWNER, name: 'Owner' },
    MyPage: { memberId: OWNER },
  });

  it.each(subgraphs)('%s asks again whose an entity is, when the router asks for it by its key', async (name) => {
    const types = [...readAllowRules(parse(schemas[name] ?? '')).types.values()].filter(({ key }) => key.length > 0);
    for (const type of types) {
      const key = keys()[type.name];
      const rule = enforcedRule(type);
      if (!key || !rule) throw new Error(`The test has no ${type.name} of a member; add one.`);
      const body = JSON.stringify({
        query: `query($of: [_Any!]!) { _entities(representations: $of) { ... on ${type.name} { ${type.key.join(' ')} } } }`,
        variables: { of: [{ __typename: type.name, ...key }] },
      });
      const as = async (caller: Caller | null): Promise<string[]> =>
        codesOf(
          await askDirectly(subgraphUrl(system, name), body, identityHeader(system, { subgraph: name, caller, body })),
        );
      const met = [await as(owner), await as(other), await as(librarianItself), await as(null)];
      const ruled = (['owner', 'other', 'librarian', 'anonymous'] as const).map((who) =>
        expected([rule], who, admitsOwner(rule)),
      );
      expect([type.name, ...met]).toEqual([type.name, ...ruled]);
    }
  });
});
