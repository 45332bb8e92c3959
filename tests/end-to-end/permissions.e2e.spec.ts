import { accepted, eventually, librarian, member, nobody, person, type Person } from '@rentalbook/test-kit';
import type { Caller } from '@rentalbook/service-kit';
import { codesOf } from './support/answers';
import { askDirectly, identityHeader } from './support/direct';
import { everyone, expectedCodes, filledIn, operations, type Who } from './support/permitted-operations';
import { sharedSystem, subgraphUrl } from './support/shared-system';

const system = sharedSystem();

let people: Record<Who, Person>;
let offered: ReadonlySet<string>;
const ids = { BOOK: '', RESERVATION: '', RENTAL: '' };

beforeAll(async () => {
  const [owner, other, libby] = await Promise.all([
    member(system, 'permissions-owner'),
    member(system, 'permissions-other'),
    librarian(system, 'libby-permissions'),
  ]);
  const expired = await person(system, 'permissions-owner', { expiresIn: '-1h' });
  people = { nobody: nobody(system), expired, owner, other, librarian: libby };
  ids.BOOK = accepted(await libby.addBook('Permissions', 1)).id;
  accepted(await owner.reserve(ids.BOOK));
  ids.RENTAL = accepted(await owner.rent(ids.BOOK)).id;
  const second = accepted(await libby.addBook('Permissions, second volume', 1)).id;
  ids.RESERVATION = accepted(await owner.reserve(second)).id;
  await eventually(async () => (await owner.page()).entries.length === 2);

  const { __schema } = await libby.data<{ __schema: { types: { name: string; fields: { name: string }[] | null }[] } }>(
    '{ __schema { types { name fields { name } } } }',
  );
  offered = new Set(
    __schema.types.flatMap(({ name, fields }) => (fields ?? []).map((field) => `${name}.${field.name}`)),
  );
});

describe('whoever asks the router', () => {
  it('meets a rule for every query and every mutation of the graph', () => {
    const roots = [...offered].filter((field) => /^(Query|Mutation)\./.test(field));
    const ruled = new Set(operations.map(({ field }) => field));
    expect(roots.length).toBeGreaterThan(10);
    expect(roots.filter((field) => !ruled.has(field))).toEqual([]);
  });

  it.each(everyone.filter((who) => who !== 'owner'))('is let in or turned away by that rule: %s', async (who) => {
    await expectRules(who);
    // Whoever may not touch them has not touched them.
    if (who === 'librarian') return;
    expect(
      await people.librarian.data('query($id: ID!) { reservation(id: $id) { status } }', { id: ids.RESERVATION }),
    ).toEqual({
      reservation: { status: 'READY' },
    });
    expect(await people.librarian.data('query($id: ID!) { rental(id: $id) { status } }', { id: ids.RENTAL })).toEqual({
      rental: { status: 'ACTIVE' },
    });
  });

  it('is let in or turned away by that rule: owner', () => expectRules('owner'));

  async function expectRules(who: Who): Promise<void> {
    const met: Record<string, string[]> = {};
    const ruled: Record<string, string[]> = {};
    for (const operation of operations.filter(({ field }) => offered.has(field))) {
      met[operation.field] = codesOf(await people[who].ask(filledIn(operation.text, ids)));
      ruled[operation.field] = [...expectedCodes(operation.for, who)];
    }
    expect(met).toEqual(ruled);
  }

  it('sees only their own page', async () => {
    const page = await people.other.data('{ myPage { memberId entries { edges { node { id } } } } }');
    expect(page).toEqual({ myPage: { memberId: 'permissions-other', entries: { edges: [] } } });
  });
});

describe('a subgraph', () => {
  const owner: Caller = { memberId: 'permissions-owner', name: 'Owner', roles: ['member'] };
  const other: Caller = { memberId: 'permissions-other', name: 'Other', roles: ['member'] };
  const requests = () => [
    '{ __typename }',
    '{ _service { sdl } }',
    'query { _entities(representations: [{ __typename: "Book", id: "x" }]) { __typename } }',
    `mutation { reserveBook(input: { bookId: "${ids.BOOK}" }) { consistencyToken } }`,
  ];
  const bodyOf = (query: string): string => JSON.stringify({ query });
  const subgraphs = ['book', 'reserve', 'rental', 'mypage'] as const;
  const refusedOutright = { status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] };

  it.each(subgraphs)('%s refuses whoever comes without the router’s signature', async (name) => {
    const url = subgraphUrl(system, name);
    for (const query of requests()) {
      const body = bodyOf(query);
      expect(await askDirectly(url, body, {})).toMatchObject(refusedOutright);
      const bearer = { authorization: `Bearer ${people.owner.token ?? ''}` };
      expect(await askDirectly(url, body, bearer)).toMatchObject(refusedOutright);
      const forged = identityHeader(system, owner, body, 'another secret that is long enough, too');
      expect(await askDirectly(url, body, forged)).toMatchObject(refusedOutright);
      const ofAnotherBody = identityHeader(system, owner, bodyOf('{ x: __typename }'));
      expect(await askDirectly(url, body, ofAnotherBody)).toMatchObject(refusedOutright);
    }
  });

  it.each(subgraphs)('%s takes a signature once', async (name) => {
    const body = bodyOf('{ __typename }');
    const header = identityHeader(system, owner, body);
    expect(await askDirectly(subgraphUrl(system, name), body, header)).toMatchObject({
      status: 200,
      data: { __typename: 'Query' },
    });
    expect(await askDirectly(subgraphUrl(system, name), body, header)).toMatchObject(refusedOutright);
  });

  const entities = () =>
    [
      { subgraph: 'reserve', typename: 'Reservation', key: { id: ids.RESERVATION } },
      { subgraph: 'rental', typename: 'Rental', key: { id: ids.RENTAL } },
      { subgraph: 'mypage', typename: 'MyPage', key: { memberId: owner.memberId } },
    ] as const;

  it('asks again whose an entity is, when the router asks for it by its key', async () => {
    for (const { subgraph, typename, key } of entities()) {
      const body = JSON.stringify({
        query: `query($of: [_Any!]!) { _entities(representations: $of) { ... on ${typename} { ${Object.keys(key).join()} } } }`,
        variables: { of: [{ __typename: typename, ...key }] },
      });
      const as = (caller: Caller | null) =>
        askDirectly(subgraphUrl(system, subgraph), body, identityHeader(system, caller, body));
      expect(await as(owner)).toMatchObject({ data: { _entities: [key] } });
      expect(codesOf(await as(other))).toEqual(['FORBIDDEN']);
      expect(codesOf(await as(null))).toEqual(['UNAUTHENTICATED']);
    }
  });
});
