/** What every SDL of a subgraph begins with, so that its rules can be read. */
export const ALLOW = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  directive @allow(to: [allow__To!]!, owner: String) on OBJECT | FIELD_DEFINITION
  enum allow__To { ANYONE MEMBER OWNER LIBRARIAN }
`;
