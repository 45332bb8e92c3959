const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external", "@shareable"])';

/** A subgraph with what the library's graph does not have: interfaces, unions and keys of several fields. */
export const catalog = `${link}
  type Query {
    product(id: ID!): Product
    products(first: Int = 1): [Product!]!
    search: [Hit!]!
    boxes: [Box!]!
    named: Named
  }
  interface Named { name: String }
  interface Product implements Named { id: ID! name: String price: Int! maker: Maker! related(first: Int = 1): [Product!]! }
  type Tool implements Product & Named @key(fields: "id") {
    id: ID! name: String price: Int! maker: Maker! related(first: Int = 1): [Product!]! weight: Int
  }
  type Toy implements Product & Named @key(fields: "id") {
    id: ID! name: String price: Int! maker: Maker! related(first: Int = 1): [Product!]! age: Int
  }
  union Hit = Tool | Maker | Gift
  type Maker implements Named @key(fields: "id") { id: ID! name: String }
  type Gift @key(fields: "id") { id: String! title: String }
  type Box @key(fields: "code maker { id }") { code: ID! maker: Maker! content: [Product!]! }
`;

/** A subgraph that adds fields to the types of the other, one of them from a field of the other. */
export const shop = `${link}
  type Query { bestTool: Tool maker(id: ID!): Maker }
  type Tool @key(fields: "id") {
    id: ID!
    price: Int! @external
    shipping: Int @requires(fields: "price")
    stock: Int!
    reviews(first: Int = 1): [Review!]!
  }
  type Toy @key(fields: "id") { id: ID! stock: Int! }
  type Gift @key(fields: "id") { id: String! wrapped: Boolean }
  type Maker @key(fields: "id") { id: ID! country: String best: Tool }
  type Box @key(fields: "code maker { id }") { code: ID! maker: Maker! size: Int }
  type Review { text: String author: Maker! about: Tool }
`;
