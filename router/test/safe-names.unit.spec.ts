import * as fc from 'fast-check';
import { validate, parse } from 'graphql';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startFederation, type Answer, type FederationUnderTest } from './support/federation-under-test';
import { clashingNames, randomOperation } from './support/random-operation';
import { catalog, shop } from './support/shop-graph';
import { subgraphs as names } from '../../tools/services';

const schemaOf = (name: string): string =>
  readFileSync(join(__dirname, `../../subgraphs/${name}/src/schema.graphql`), 'utf8');
const subgraphs = Object.fromEntries(names.map((name) => [name, schemaOf(name)]));

const library = {
  subgraphs,
  entities: { Book: 'id', Reservation: 'id', Rental: 'id', MyPage: 'memberId', Member: 'id' },
  requires: {},
  errorsOf: (answer: Answer): Answer => answer,
};
const shopGraph = {
  subgraphs: { catalog, shop },
  entities: { Tool: 'id', Toy: 'id', Gift: 'id', Maker: 'id', Box: 'code' },
  requires: { 'Tool.shipping': 'Tool.price' },
  /**
   * The gateway asks once for an entity that is in several places of a list. Where a field is selected on one type of an interface
   * it reports the field's error at each of these places, also at those of another type: which of the list is left out.
   */
  errorsOf: ({ data, errorPaths }: Answer): Answer => ({
    data,
    errorPaths: [...new Set(errorPaths.map((path) => path.replaceAll(/,\d+(?=[,\]])/g, ',@')))],
  }),
};
/** Operations per graph: a few seconds in all; raise it by hand when the rules of names change. */
const RUNS = 60;

let books: FederationUnderTest;
let shops: FederationUnderTest;
beforeAll(async () => {
  [books, shops] = await Promise.all([startFederation(library), startFederation(shopGraph)]);
});
afterAll(() => Promise.all([books.stop(), shops.stop()]));

describe.each([
  ['the graph of the library', library, () => books],
  ['a graph with interfaces, unions, composite keys and required fields', shopGraph, () => shops],
])('%s', (_, options, started) => {
  it('answers an operation with any aliases as one service with the whole schema would', async () => {
    const graph = started();
    const names = clashingNames(graph.monolith);
    const requiring = Object.keys(options.requires);
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (pick) => {
        const { query, variables } = randomOperation(graph.monolith, names, pick, requiring);
        expect(validate(graph.monolith, parse(query))).toEqual([]);
        const answer = options.errorsOf(await graph.ask(query, variables));
        expect({ query, variables, ...answer }).toEqual({
          query,
          variables,
          ...options.errorsOf(await graph.expected(query, variables)),
        });
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});

describe('an alias', () => {
  it.each([
    ['named as the key', '{ book(id: 8) { id: isbn queueLength } }'],
    ['named as the key, beside the key', '{ book(id: 8) { id: title key: id queueLength } }'],
    ['named __typename', '{ book(id: 8) { __typename: title queueLength } }'],
    [
      'named __typename, beside the name of the type',
      '{ book(id: 8) { __typename: title type: __typename queueLength } }',
    ],
    ['named __typename at the root', '{ __typename: book(id: 8) { title queueLength } }'],
    [
      'named __typename, of an object',
      '{ books(first: 2) { __typename: edges { __typename: node { id queueLength } } } }',
    ],
    ['named as another field that is asked for', '{ book(id: 8) { title: isbn isbn: title queueLength } }'],
    [
      'named as the key, in a named fragment',
      '{ book(id: 8) { ...B } } fragment B on Book { id: authors queueLength }',
    ],
    ['named as the key, in an inline fragment', '{ book(id: 8) { ... { id: statusText queueLength } } }'],
    ['named as the key of a page', '{ myPage { memberId: activeCount member { id: name } } }'],
    ['named as keys within keys', '{ myPage { entries { edges { node { id: book { id: title queueLength } } } } } }'],
    ['that begins with underscores', '{ _0: book(id: 8) { __self: title _entities: queueLength } }'],
    ['that looks like a replacement', '{ book(id: 8) { alias__id: title id: isbn alias__alias__id: id queueLength } }'],
    [
      'under two operations',
      'query A { book(id: 8) { id: title } } query Asked { book(id: 8) { id: isbn queueLength } }',
    ],
    ['on introspection', '{ __typename: __schema { __typename: queryType { id: name kind: description } } }'],
  ])('%s has the value of the field that was asked for', async (_, query) => {
    const asked = query.includes('Asked') ? 'Asked' : undefined;
    const answer = await books.ask(query, {}, asked);
    expect(answer).toEqual(await books.expected(query, {}, asked));
    expect(answer.data).not.toBeNull();
  });

  it.each([
    ['on an interface', '{ products(first: 2) { id: name __typename: price maker { id: name country } } }'],
    [
      'on members of a union',
      '{ search { ... on Tool { id: name weight } ... on Gift { id: title wrapped } ... on Maker { id: name country } } }',
    ],
    [
      'under one name of several types',
      '{ search { ... on Tool { country: name shipping } ... on Maker { name: country country: name } } }',
    ],
    [
      'named as a field that another one requires',
      '{ bestTool { price: stock shipping } products { ... on Tool { price: name shipping } } }',
    ],
    ['named as parts of a composite key', '{ boxes { code: size maker: content { id: name } } }'],
    ['named as the planner names', '{ products { id__alias_0: price stock__alias_0: name ... on Tool { stock } } }'],
  ])('%s has the value of the field that was asked for', async (_, query) => {
    const answer = await shops.ask(query);
    expect(answer).toEqual(await shops.expected(query));
    expect(answer.data).not.toBeNull();
  });

  it.each([
    [
      'never asks a subgraph for it',
      '{ rental(id: 7) { ... { ... @include(if: false) { returnedAt rentedAt } status @skip(if: true) } } }',
    ],
    ['leaves an object of which nothing is selected', '{ book(id: 9) { queueLength @include(if: false) } }'],
  ])('a field that is excluded by a constant %s', async (_, query) => {
    expect(await books.ask(query)).toEqual(await books.expected(query));
  });

  it('is an object without fields when conditions exclude all of them, in whichever subgraph they are', async () => {
    const query = `query($yes: Boolean!, $no: Boolean!) {
      reservation(id: 7) @include(if: $yes) { book @skip(if: $no) { id title } member @include(if: $no) { id } }
      book(id: 9) { ... { ... on Book @include(if: $no) { title } queueLength @skip(if: $yes) } }
    }`;
    for (const [yes, no] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ])
      expect(await books.ask(query, { yes, no })).toEqual(await books.expected(query, { yes, no }));
  });

  it('keeps its operation apart from the others of its document, however often they are asked in turn', async () => {
    const query = 'query A { book(id: 8) { id: title queueLength } } query B { book(id: 8) { id queueLength } }';
    for (const operation of ['A', 'B', 'A', 'B'])
      expect(await books.ask(query, {}, operation)).toEqual(await books.expected(query, {}, operation));
  });

  it("leaves a variable named as the planner's own to the client", async () => {
    const query =
      'query($representations: Int) { myPage { entries { edges { node { book { reservations(first: $representations) { edges { cursor } } } } } } } }';
    for (const variables of [{ representations: 2 }, {}])
      expect(await books.ask(query, variables)).toEqual(await books.expected(query, variables));
    const [fault] = (await books.ask(query, { representations: 'two' })).errorPaths;
    expect(fault).toMatch(/^Variable "\$representations" got invalid value/);
  });
});
