import { graphql } from 'graphql';
import type { Caller, Role } from '../src/identity/identity';
import { subgraphSchema } from '../src/graphql/subgraph';
import './allow-start.cases';
import { LIBRARY, ended, library } from './allow-library';
import { ALLOW } from './support';

const schema = subgraphSchema(ALLOW + LIBRARY, library());
beforeEach(() => {
  ended.length = 0;
});

const caller = (memberId: string, ...roles: Role[]): Caller => ({ memberId, name: memberId, roles });
const alice = caller('alice', 'member');
const bob = caller('bob', 'member');
const libby = caller('libby', 'librarian');
const guest = caller('alice');

/** The data, or what the first error says, as `CODE path: message`. */
async function ask(who: Caller | null, source: string, variableValues = {}): Promise<unknown> {
  const contextValue = { caller: who, deadline: { leftMs: () => 1_000 } };
  const { data, errors } = await graphql({ schema, source, variableValues, contextValue });
  if (!errors) return JSON.parse(JSON.stringify(data));
  return errors.map(
    ({ extensions, path, message }) => `${String(extensions['code'])} ${path?.join('.') ?? ''}: ${message}`,
  );
}
const SIGN_IN = 'Sign in first: send a valid token as "authorization: Bearer …".';

describe('a rule of a field', () => {
  it.each<[string, Caller | null, string, unknown]>([
    ['admits anyone', null, '{ shelf { place } }', { shelf: { place: 'first floor' } }],
    ['admits its role', libby, '{ staff }', { staff: 'keys' }],
    [
      'turns another role away',
      alice,
      '{ staff }',
      ['FORBIDDEN staff: This is for a librarian; your token has the role member.'],
    ],
    [
      'turns a token without a role away',
      guest,
      '{ mine }',
      ['FORBIDDEN mine: This is for a member; your token has no role.'],
    ],
    ['turns a missing token away', null, '{ mine }', [`UNAUTHENTICATED mine: ${SIGN_IN}`]],
    ['admits one of two roles', libby, '{ signedIn }', { signedIn: 'hello' }],
    [
      'names two roles',
      guest,
      '{ signedIn }',
      ['FORBIDDEN signedIn: This is for a member or a librarian; your token has no role.'],
    ],
    ['narrows that of its type', null, '{ shelf { place note } }', [`UNAUTHENTICATED shelf.note: ${SIGN_IN}`]],
  ])('%s', async (_what, who, query, answer) => {
    expect(await ask(who, query)).toEqual(answer);
  });
});

describe('a rule that names an owner', () => {
  it.each<[string, Caller | null, string, unknown]>([
    ['admits the owner', alice, '{ loan(id: "a") { id } }', { loan: { id: 'a' } }],
    ['admits the other principals', libby, '{ loan(id: "a") { id } }', { loan: { id: 'a' } }],
    ['turns other members away', bob, '{ loan(id: "a") { id } }', ['FORBIDDEN loan: This belongs to another member.']],
    [
      'turns the owner’s token without the role away',
      guest,
      '{ loan(id: "a") { id } }',
      ['FORBIDDEN loan: This belongs to another member.'],
    ],
    ['does not say whose a thing is that is not there', guest, '{ loan(id: "x") { id } }', { loan: null }],
    ['wants a token for that, too', null, '{ loan(id: "x") { id } }', [`UNAUTHENTICATED loan: ${SIGN_IN}`]],
    [
      'holds for a field that is open, through the type',
      alice,
      '{ openLoan { id } }',
      ['FORBIDDEN openLoan: This belongs to another member.'],
    ],
    ['holds for each entry of a list', alice, '{ loans { id } }', ['FORBIDDEN loans: This belongs to another member.']],
    ['admits the others to a list', libby, '{ loans { id } }', { loans: [{ id: 'a' }, { id: 'b' }] }],
    [
      'holds inside of an open type',
      bob,
      '{ shelf { loan { id } } }',
      ['FORBIDDEN shelf.loan: This belongs to another member.'],
    ],
    [
      'holds for another thing of the same type',
      alice,
      '{ loan(id: "a") { next { id } } }',
      ['FORBIDDEN loan.next: This belongs to another member.'],
    ],
    [
      'holds for a type with an owner of its own',
      alice,
      '{ loan(id: "a") { member { name } } }',
      { loan: { member: { name: 'alice' } } },
    ],
  ])('%s', async (_what, who, query, answer) => {
    expect(await ask(who, query)).toEqual(answer);
  });
});

describe('a command on what belongs to a member', () => {
  const end = (id: string) => `mutation { endLoan(input: { loanId: "${id}" }) { ended loan { id } } }`;
  const renew = 'mutation { renewLoan(input: { loanId: "a" }) { ended } }';

  it.each<[string, Caller]>([
    ['its owner', alice],
    ['a librarian, where the rule says so', libby],
  ])('is carried out for %s', async (_who, who) => {
    expect(await ask(who, end('a'))).toEqual({ endLoan: { ended: 'a', loan: { id: 'a' } } });
    expect(ended).toEqual(['a']);
  });

  it.each<[string, Caller | null, string, string]>([
    ['another member', bob, end('a'), 'FORBIDDEN endLoan: This belongs to another member.'],
    [
      'a token without a role',
      guest,
      end('a'),
      'FORBIDDEN endLoan: This is for a member or a librarian; your token has no role.',
    ],
    ['a missing token', null, end('a'), `UNAUTHENTICATED endLoan: ${SIGN_IN}`],
    [
      'a librarian, where the rule does not say so',
      libby,
      renew,
      'FORBIDDEN renewLoan: This is for a member; your token has the role librarian.',
    ],
    [
      'an id that is longer than an id can be',
      alice,
      end('x'.repeat(65)),
      'BAD_USER_INPUT endLoan: "loanId" has 65 characters; an id has at most 64.',
    ],
  ])('is not begun for %s', async (_who, who, mutation, error) => {
    expect(await ask(who, mutation)).toEqual([error]);
    expect(ended).toEqual([]);
  });

  it('is for its resolver to refuse when the thing is not there', async () => {
    expect(await ask(bob, end('x'))).toEqual({ endLoan: { ended: 'x', loan: null } });
  });
});

describe('a reference to an entity', () => {
  const entities = (...of: readonly object[]) =>
    [
      'query($of: [_Any!]!) { _entities(representations: $of) { ... on Loan { id } ... on Member { id } ... on Fine { id } } }',
      { of },
    ] as const;
  const loan = (id: string) => ({ __typename: 'Loan', id });

  it('is resolved for its owner and for the other principals', async () => {
    expect(await ask(alice, ...entities(loan('a'), loan('x')))).toEqual({ _entities: [{ id: 'a' }, null] });
    expect(await ask(libby, ...entities(loan('b')))).toEqual({ _entities: [{ id: 'b' }] });
  });

  it('is refused to others, and leaves the answers beside it alone', async () => {
    expect(await ask(alice, ...entities(loan('a'), loan('b')))).toEqual([
      'FORBIDDEN _entities.1: This belongs to another member.',
    ]);
    expect(await ask(null, ...entities(loan('a')))).toEqual([`UNAUTHENTICATED _entities.0: ${SIGN_IN}`]);
  });

  it('is refused where no resolver would check it', async () => {
    const member = { __typename: 'Member', id: 'bob' };
    expect(await ask(bob, ...entities(member))).toEqual({ _entities: [{ id: 'bob' }] });
    expect(await ask(alice, ...entities(member))).toEqual(['FORBIDDEN _entities.0: This belongs to another member.']);
  });

  it('is a matter of the role where the owner is known to another subgraph', async () => {
    const fine = { __typename: 'Fine', id: '1' };
    expect(await ask(bob, ...entities(fine))).toEqual({ _entities: [{ id: '1' }] });
    expect(await ask(guest, ...entities(fine))).toEqual([
      'FORBIDDEN _entities.0: This is for a member or a librarian; your token has no role.',
    ]);
  });
});
