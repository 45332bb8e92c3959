import { readAllowRules } from '@rentalbook/service-kit/allow-rules';
import { parse } from 'graphql';
import { commandsWithText, permittedOperations } from './permitted-operations';
import { schemas, supergraph } from './schemas';

const fixtures = { Book: 'BOOK', Reservation: 'RESERVATION', Rental: 'RENTAL', unknown: 'UNKNOWN' };

describe('every field of the graph has a rule', () => {
  it.each(Object.entries(schemas))('in the SDL of %s', (_subgraph, sdl) => {
    expect(readAllowRules(parse(sdl)).faults).toEqual([]);
  });

  it('and that of a type is the same in each subgraph', () => {
    const rules = Object.entries(schemas).flatMap(([subgraph, sdl]) =>
      [...readAllowRules(parse(sdl)).types.values()].map(({ name, rule }) => ({ subgraph, name, rule })),
    );
    const differing = rules.filter(({ name, rule }) =>
      rules.some((other) => other.name === name && JSON.stringify(other.rule) !== JSON.stringify(rule)),
    );
    expect(differing).toEqual([]);
  });
});

describe('the event trail', () => {
  it('is for librarians alone, by the rule of its field and of each of its types', () => {
    const { types } = readAllowRules(parse(schemas['mypage'] ?? ''));
    const rules = [
      types.get('Query')?.fields.get('eventTrail')?.rule,
      ...[...types.values()].filter(({ name }) => name.startsWith('Event')).map(({ rule }) => rule),
    ];
    expect(rules.map((rule) => rule?.to)).toEqual(Array(5).fill(['LIBRARIAN']));
  });
});

describe('the operations that the permissions are tested with', () => {
  it('select every field of the graph', () => {
    const selected = new Set(permittedOperations(supergraph, fixtures).flatMap(({ selects }) => selects));
    const { types, faults } = readAllowRules(parse(supergraph));
    const fields = [...types.values()].flatMap(({ name, fields }) =>
      [...fields.keys()].map((field) => `${name}.${field}`),
    );
    expect(faults).toEqual([]);
    expect(fields.length).toBeGreaterThan(100);
    expect(fields.filter((field) => !selected.has(field))).toEqual([]);
  });

  const graph = `
    type Query { shelf(id: ID!): Shelf @allow(to: [ANYONE]) }
    type Mutation { dust(input: DustInput!): Shelf @allow(to: [LIBRARIAN]) }
    input DustInput { shelfId: ID! tool: Tool! note: String }
    enum Tool { CLOTH }
    type Shelf @allow(to: [ANYONE]) { place: String price: Int @allow(to: [LIBRARIAN]) loan: Loan }
    type Loan @allow(to: [OWNER], owner: "of") { of: ID! }`;

  it('ask for a new field with a rule of its own, and for a new way to a type with another rule', () => {
    const operations = permittedOperations(graph, { Shelf: 'S', Loan: 'L', unknown: 'UNKNOWN' });
    expect(operations.map(({ field, text, rules }) => [field, text, rules.map(({ to }) => to.join())])).toEqual([
      ['Query.shelf', '{ shelf(id: "S") { place } }', ['ANYONE', 'ANYONE']],
      [
        'Mutation.dust',
        'mutation { dust(input: { shelfId: "UNKNOWN", tool: CLOTH }) { place } }',
        ['LIBRARIAN', 'ANYONE'],
      ],
      ['Shelf.price', '{ shelf(id: "S") { price } }', ['ANYONE', 'ANYONE', 'LIBRARIAN']],
      ['Shelf.loan', '{ shelf(id: "S") { loan { of } } }', ['ANYONE', 'ANYONE', 'OWNER']],
    ]);
  });

  it('want one of each entity that belongs to a member', () => {
    const owned = 'type Query { loan(id: ID!): Loan @allow(to: [OWNER], owner: "of") } type Loan { of: ID! }';
    expect(() => permittedOperations(owned, { unknown: 'UNKNOWN' })).toThrow(
      'The test has no Loan that belongs to a member; add one to its fixtures.',
    );
  });

  it('send a text in place of each text and each id of a command', () => {
    expect(commandsWithText(graph, 'x')).toEqual([
      {
        argument: 'dust.shelfId',
        text: 'mutation { dust(input: { shelfId: "x", tool: CLOTH }) { consistencyToken } }',
      },
      {
        argument: 'dust.note',
        text: 'mutation { dust(input: { shelfId: "no-such-thing", tool: CLOTH, note: "x" }) { consistencyToken } }',
      },
    ]);
  });
});
