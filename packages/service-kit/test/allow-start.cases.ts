import { parse } from 'graphql';
import { enforceRules } from '../src/graphql/allow';
import { readAllowRules } from '../src/graphql/allow-rules';
import { subgraphSchema } from '../src/graphql/subgraph';
import { StartupError } from '../src/process/lifecycle';
import { LIBRARY, library } from './allow-library';
import { ALLOW } from './support';

describe('what a rule costs', () => {
  it('is nothing for fields that are open or follow their type', () => {
    const guarded = enforceRules(parse(ALLOW + LIBRARY), library()) as Record<string, Record<string, unknown>>;
    const fields = Object.entries(guarded).flatMap(([type, resolvers]) =>
      Object.entries(resolvers)
        .filter(
          ([name, resolve]) => resolve !== (library()[type as 'Query'] as Record<string, unknown> | undefined)?.[name],
        )
        .map(([name]) => `${type}.${name}`),
    );
    expect(fields).not.toContain('Shelf.place');
    expect(Object.keys(guarded['Loan'] ?? {}).sort()).toEqual(['__resolveReference', 'member', 'next']);
    expect(Object.keys(guarded['EndLoanPayload'] ?? {})).toEqual(['loan']);
    expect(Object.keys(guarded['Shelf'] ?? {}).sort()).toEqual(['loan', 'note']);
  });
});

describe('a subgraph does not start', () => {
  const faultsOf = (sdl: string) => readAllowRules(parse(ALLOW + sdl)).faults;

  it('with a field without a rule, and says which', () => {
    const start = () => subgraphSchema(`${ALLOW}type Query { shelf: String }`, {});
    expect(start).toThrow(StartupError);
    expect(start).toThrow('Query.shelf has no rule; write @allow(to: […]) after it.');
  });

  it.each([
    [
      'of a type without one',
      'type Shelf { place: String }',
      ['Shelf.place has no rule; write @allow(to: […]) after it, or after its type.'],
    ],
    [
      'of an extended root type, whatever rule that has',
      'extend type Query @allow(to: [ANYONE]) { a: Int }',
      ['Query.a has no rule; write @allow(to: […]) after it.'],
    ],
    [
      'that admits no caller',
      'type Query { a: Int @allow(to: []) }',
      ['@allow of Query.a admits no caller; name at least one in "to".'],
    ],
    [
      'that admits an owner without a path',
      'type Shelf @allow(to: [OWNER]) { a: Int }',
      ['@allow of Shelf admits OWNER without "owner"; add the path of fields to the member\'s id.'],
    ],
    [
      'that has a path and no owner',
      'type Shelf @allow(to: [MEMBER], owner: "a") { a: Int }',
      ['@allow of Shelf has "owner" and does not admit OWNER; add OWNER to "to" or leave "owner" out.'],
    ],
    [
      'with a path that leads nowhere',
      'type Shelf @allow(to: [OWNER], owner: "b") { a: Int }',
      ['@allow of Shelf has the owner "b", which is no path of fields to a value; correct it.'],
    ],
    [
      'with a path that ends too early',
      'type Shelf @allow(to: [OWNER], owner: "shelf") { shelf: Shelf }',
      ['@allow of Shelf has the owner "shelf", which is no path of fields to a value; correct it.'],
    ],
    [
      'of a field that returns an interface',
      'interface Thing { a: Int } type Query { thing: [Thing!]! @allow(to: [ANYONE]) }',
      ['Query.thing returns Thing, which is no object type; @allow can be enforced for object types only.'],
    ],
    [
      'of a command that does not say on what',
      'type Mutation { end(input: I!): P @allow(to: [OWNER], owner: "loan.of") } input I { loanId: ID } type P @allow(to: [MEMBER]) { loan: L } type L @key(fields: "id") @allow(to: [OWNER], owner: "of") { id: ID! of: ID! }',
      ['Mutation.end admits OWNER and its input has no field loanId: ID!, which would name the loan; add it.'],
    ],
  ])('with a rule %s', (_what, sdl, faults) => {
    expect(faultsOf(sdl)).toEqual(faults);
  });

  it('with a command whose entity it cannot look up', () => {
    const resolvers = { ...library(), Loan: {} };
    expect(() => subgraphSchema(ALLOW + LIBRARY, resolvers)).toThrow('Loan has no __resolveReference');
  });

  it('with a resolver that its rule cannot be enforced for', () => {
    const resolvers = { ...library(), Query: { staff: { resolve: () => 'keys' } } };
    expect(() => subgraphSchema(ALLOW + LIBRARY, resolvers)).toThrow('The resolver of Query.staff is no function');
  });
});
