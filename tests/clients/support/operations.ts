import { gql, type TypedDocumentNode } from '@apollo/client';

/** What the operations below select of each entity, with the `__typename` that a client's cache adds. */
export interface BookFields {
  readonly __typename?: 'Book';
  readonly id: string;
  readonly title: string;
  readonly queueLength: number | null;
}
export interface ReservationFields {
  readonly __typename?: 'Reservation';
  readonly id: string;
  readonly status: string;
  readonly position: number | null;
  readonly book: BookFields | null;
}
export interface Books {
  readonly books: {
    readonly edges: readonly { readonly cursor: string; readonly node: BookFields }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string | null;
      readonly endCursor: string | null;
    };
  } | null;
}
export interface BooksVariables {
  readonly search: string;
  readonly first?: number;
  readonly after?: string | null;
  readonly last?: number;
  readonly before?: string | null;
}

export const BOOK: TypedDocumentNode<{ readonly book: BookFields | null }, { readonly id: string }> = gql`
  query Book($id: ID!) {
    book(id: $id) {
      id
      title
      queueLength
    }
  }
`;

export const BOOKS: TypedDocumentNode<Books, BooksVariables> = gql`
  query Books($search: String!, $first: Int, $after: String, $last: Int, $before: String) {
    books(search: $search, first: $first, after: $after, last: $last, before: $before) {
      edges {
        cursor
        node {
          id
          title
          queueLength
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`;

export const RESERVE: TypedDocumentNode<
  { readonly reserveBook: { readonly reservation: ReservationFields | null } | null },
  { readonly bookId: string }
> = gql`
  mutation Reserve($bookId: ID!) {
    reserveBook(input: { bookId: $bookId }) {
      reservation {
        id
        status
        position
        book {
          id
          title
          queueLength
        }
      }
      refusal {
        code
      }
    }
  }
`;

export const CANCEL: TypedDocumentNode<
  { readonly cancelReservation: { readonly reservation: ReservationFields | null } | null },
  { readonly reservationId: string }
> = gql`
  mutation Cancel($reservationId: ID!) {
    cancelReservation(input: { reservationId: $reservationId }) {
      reservation {
        id
        status
        position
        book {
          id
          title
          queueLength
        }
      }
      refusal {
        code
      }
    }
  }
`;
