import { fieldsThatSpreadNull } from './partial-answers';
import { schemas } from './schemas';
import { subgraphs } from '../../tools/services';

const catalogue = `type Query { book(id: ID!): Book }
  type Book @key(fields: "id") { id: ID! title: String! }
  type Edge { node: Book! }`;
const lint = (other: string): string[] => fieldsThatSpreadNull({ book: catalogue, other });

describe('a subgraph that cannot answer nulls its own fields only', () => {
  it('in the graph as it is', () => {
    expect(Object.keys(schemas).sort()).toEqual([...subgraphs].sort());
    expect(fieldsThatSpreadNull(schemas)).toEqual([]);
  });

  it('so a non-null field of another subgraph’s entity is refused', () => {
    expect(lint('type Book @key(fields: "id") { id: ID! shelf: [Int!]! note: String }')).toEqual([
      'Book.shelf of other is not null: other adds it to an entity of book, and while other cannot answer, it would null the whole Book. Write [Int!] instead of [Int!]!.',
    ]);
  });

  it.each([
    ['a field', 'Book!', 'Book'],
    ['the elements of a list', '[Book!]!', '[Book]!'],
    ['the elements of a list that may be null', '[Book!]', '[Book]'],
    ['the elements of lists', '[[Book!]!]!', '[[Book]!]!'],
  ])('so a non-null reference to it is refused: %s', (_, type, instead) => {
    expect(lint(`type Shelf { book: ${type} } type Book @key(fields: "id", resolvable: false) { id: ID! }`)).toEqual([
      `Shelf.book of other is not null: Book.title is answered by book and is not null, so while book cannot answer, the whole Shelf would be null. Write ${instead} instead of ${type}.`,
    ]);
  });

  it('so a non-null root field is refused', () => {
    expect(lint('type Query { shelves: [Int!]! }')).toEqual([
      'Query.shelves of other is not null: while other cannot answer, it would null the fields of other subgraphs in the same operation. Write [Int!] instead of [Int!]!.',
    ]);
  });

  it('and an entity whose owner is unknown is refused', () => {
    expect(lint('type Shelf @key(fields: "id") { id: ID! place: String }')).toEqual([
      'Shelf is an entity of other, and no Query returns it: let the Query of exactly one subgraph, its owner, return Shelf.',
    ]);
  });

  it.each([
    ['nullable fields', 'type Book @key(fields: "id") { id: ID! shelf: Int }'],
    [
      'nullable references',
      'type Shelf { book: Book books: [Book]! } type Book @key(fields: "id", resolvable: false) { id: ID! }',
    ],
    [
      'references to what the subgraph answers whole',
      'type Shelf { book: Book! } type Book @key(fields: "id", resolvable: false) { id: ID! title: String! @shareable }',
    ],
  ])('while %s are accepted', (_, other) => {
    expect(lint(other)).toEqual([]);
  });
});
