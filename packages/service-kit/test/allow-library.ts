export const LIBRARY = `
  type Query {
    shelf: Shelf @allow(to: [ANYONE])
    staff: String @allow(to: [LIBRARIAN])
    mine: String @allow(to: [MEMBER])
    signedIn: String @allow(to: [MEMBER, LIBRARIAN])
    loan(id: ID!): Loan @allow(to: [OWNER, LIBRARIAN], owner: "member.id")
    loans: [Loan] @allow(to: [ANYONE])
    openLoan: Loan @allow(to: [ANYONE])
  }
  type Mutation {
    endLoan(input: EndLoanInput!): EndLoanPayload @allow(to: [OWNER, LIBRARIAN], owner: "loan.member.id")
    renewLoan(input: EndLoanInput!): EndLoanPayload @allow(to: [OWNER], owner: "loan.member.id")
  }
  input EndLoanInput { loanId: ID! }
  type EndLoanPayload @allow(to: [MEMBER, LIBRARIAN]) { ended: String loan: Loan }
  type Shelf @allow(to: [ANYONE]) { place: String note: String @allow(to: [LIBRARIAN]) loan: Loan }
  type Loan @key(fields: "id") @allow(to: [OWNER, LIBRARIAN], owner: "member.id") {
    id: ID!
    member: Member
    shelf: Shelf
    next: Loan
  }
  type Member @key(fields: "id", resolvable: false) @allow(to: [OWNER, LIBRARIAN], owner: "id") { id: ID! name: String }
  type Fine @key(fields: "id", resolvable: false) @allow(to: [OWNER, LIBRARIAN], owner: "member.id") { id: ID! }
`;

interface Loan {
  readonly id: string;
  readonly of: string;
}
export const loans: readonly Loan[] = [
  { id: 'a', of: 'alice' },
  { id: 'b', of: 'bob' },
];
const find = (id: string): Loan | null => loans.find((loan) => loan.id === id) ?? null;
/** The loans that commands ended; a test empties it. */
export const ended: string[] = [];
export const library = (shelfLoan = find('a')) => ({
  Query: {
    shelf: () => ({ place: 'first floor', note: 'wet', loan: shelfLoan }),
    staff: () => 'keys',
    mine: () => 'page',
    signedIn: () => 'hello',
    loan: (_root: unknown, { id }: { id: string }) => Promise.resolve(find(id)),
    loans: () => loans,
    openLoan: () => find('b'),
  },
  Mutation: {
    endLoan: (_root: unknown, { input }: { input: { loanId: string } }) => {
      ended.push(input.loanId);
      return { ended: input.loanId, loan: find(input.loanId) };
    },
    renewLoan: (_root: unknown, { input }: { input: { loanId: string } }) => {
      ended.push(input.loanId);
      return { ended: input.loanId };
    },
  },
  Loan: {
    __resolveReference: ({ id }: { id: string }) => Promise.resolve(find(id)),
    member: ({ of }: Loan) => ({ id: of, name: of }),
    next: () => find('b'),
  },
});
