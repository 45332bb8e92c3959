// Written by hand from the rules of the library, and not from the SDL: a rule of the SDL that admits too many is found by it.

export type Who = 'anonymous' | 'expired' | 'owner' | 'other' | 'librarian';
export const everyone: readonly Who[] = ['anonymous', 'expired', 'owner', 'other', 'librarian'];
/** Who may, of those with a valid token; a caller without a token is UNAUTHENTICATED unless it is for anyone. */
export type For = 'anyone' | 'members' | 'owner' | 'owner or librarian' | 'librarians';
const admitted: Record<For, readonly Who[]> = {
  anyone: ['anonymous', 'owner', 'other', 'librarian'],
  members: ['owner', 'other'],
  owner: ['owner'],
  'owner or librarian': ['owner', 'librarian'],
  librarians: ['librarian'],
};
const input = (fields: string) => `(input: { ${fields} }) { refusal { code } }`;

/** An operation on a field; BOOK, RESERVATION and RENTAL stand for ids of the owner's. */
export interface PermittedOperation {
  readonly field: string;
  readonly text: string;
  readonly for: For;
}

/** Every field of Query and Mutation, and those inside that are not for everybody. */
export const operations: readonly PermittedOperation[] = [
  { field: 'Query.book', text: '{ book(id: "BOOK") { id title status totalCopies queueLength } }', for: 'anyone' },
  { field: 'Query.books', text: '{ books(first: 2) { edges { node { id queueLength } } } }', for: 'anyone' },
  { field: 'Book.copies', text: '{ book(id: "BOOK") { copies { id } } }', for: 'librarians' },
  {
    field: 'Book.reservations',
    text: '{ book(id: "BOOK") { reservations { edges { node { id } } } } }',
    for: 'librarians',
  },
  { field: 'Book.rentals', text: '{ book(id: "BOOK") { rentals { edges { node { id } } } } }', for: 'librarians' },
  { field: 'Query.reservation', text: '{ reservation(id: "RESERVATION") { id status } }', for: 'owner or librarian' },
  { field: 'Query.rental', text: '{ rental(id: "RENTAL") { id status } }', for: 'owner or librarian' },
  {
    field: 'Rental.reservation',
    text: '{ rental(id: "RENTAL") { reservation { status } } }',
    for: 'owner or librarian',
  },
  {
    field: 'Query.myPage',
    text: '{ myPage { memberId activeCount entries { edges { node { id } } } } }',
    for: 'members',
  },
  { field: 'Mutation.reserveBook', text: `mutation { reserveBook${input('bookId: "UNKNOWN"')} }`, for: 'members' },
  { field: 'Mutation.rentBook', text: `mutation { rentBook${input('bookId: "UNKNOWN"')} }`, for: 'members' },
  {
    field: 'Mutation.cancelReservation',
    text: `mutation { cancelReservation${input('reservationId: "RESERVATION"')} }`,
    for: 'owner or librarian',
  },
  {
    field: 'Mutation.suspendReservation',
    text: `mutation { suspendReservation${input('reservationId: "RESERVATION"')} }`,
    for: 'owner or librarian',
  },
  {
    field: 'Mutation.resumeReservation',
    text: `mutation { resumeReservation${input('reservationId: "RESERVATION"')} }`,
    for: 'owner or librarian',
  },
  { field: 'Mutation.renewRental', text: `mutation { renewRental${input('rentalId: "RENTAL"')} }`, for: 'owner' },
  {
    field: 'Mutation.returnBook',
    text: `mutation { returnBook${input('rentalId: "RENTAL"')} }`,
    for: 'owner or librarian',
  },
  {
    field: 'Mutation.reportLost',
    text: `mutation { reportLost${input('rentalId: "UNKNOWN", reason: "lost"')} }`,
    for: 'librarians',
  },
  { field: 'Mutation.addBook', text: `mutation { addBook${input('title: "Permitted"')} }`, for: 'librarians' },
  {
    field: 'Mutation.addCopies',
    text: `mutation { addCopies${input('bookId: "UNKNOWN", copies: 1')} }`,
    for: 'librarians',
  },
  {
    field: 'Mutation.withdrawCopy',
    text: `mutation { withdrawCopy${input('bookId: "BOOK", copyId: "UNKNOWN", reason: "worn"')} }`,
    for: 'librarians',
  },
];

/** The ids of the owner's book, reservation and rental. */
export type OwnedIds = Readonly<Record<'BOOK' | 'RESERVATION' | 'RENTAL', string>>;

export const filledIn = (text: string, ids: OwnedIds): string =>
  text.replace(/"(BOOK|RESERVATION|RENTAL|UNKNOWN)"/g, (_, name: keyof OwnedIds | 'UNKNOWN') =>
    JSON.stringify(name === 'UNKNOWN' ? 'no-such-thing' : ids[name]),
  );

/** The codes of the errors that the caller gets; none for one who is let in. */
export function expectedCodes(permitted: For, who: Who): readonly string[] {
  if (who === 'expired') return ['UNAUTHENTICATED'];
  if (admitted[permitted].includes(who)) return [];
  return who === 'anonymous' ? ['UNAUTHENTICATED'] : ['FORBIDDEN'];
}
