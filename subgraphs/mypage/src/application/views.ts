import type { StoredStep } from '@rentalbook/sentences';

/** One thing that happened, kept under the name of its place in its stream, so that a repeat writes it again in place. */
export interface Step extends StoredStep {
  readonly at: string;
}

export type EntryStatus =
  | 'BOOKING'
  | 'READY'
  | 'START_RENTAL'
  | 'ON_RENTAL'
  | 'OVERDUE'
  | 'RETURN_COMPLETE'
  | 'CANCELLED'
  | 'EXPIRED'
  | 'REJECTED';

/** One reservation and the rental it became, joined when read: nothing shown is stored twice. */
export interface MemberEntry {
  readonly id: string;
  readonly bookId: string;
  readonly bookTitle: string;
  readonly reservationId: string | null;
  readonly rentalId: string | null;
  readonly status: EntryStatus;
  /** The library's word of the reservation, while there is one to show; else the word of the status. */
  readonly word: string | undefined;
  /** The ticket, while the reservation waits. */
  readonly waitingTicket: number | null;
  readonly pickupBy: string | null;
  readonly dueAt: string | null;
  /** When the newest loan was or is due, whatever the status is. */
  readonly loanedUntil: string | null;
  readonly updatedAt: string;
  /** Undefined where it was not read. */
  readonly history: readonly Step[] | undefined;
}

/** A service that is known to have applied an event; instants are ISO 8601 in UTC, with milliseconds. */
export interface Application {
  readonly service: string;
  readonly at: string;
}

/** One event of a trail. Neither its data nor its actor is kept, so that nothing in it names a member. */
export interface TrailEntry {
  readonly id: string;
  readonly event: string;
  readonly source: string;
  readonly key: string;
  readonly sequence: number;
  readonly causationId: string | null;
  readonly decidedAt: string;
  /** Null where it was read from a service's archive, or was put back from a dead letter. */
  readonly publishedAt: string | null;
  /** The first application by each service of which it is known. */
  readonly applied: readonly Application[];
  /** Its place among the events of its correlation id. */
  readonly order: string;
}
