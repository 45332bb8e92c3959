import type { BodyOf, EventType } from '@rentalbook/event-contracts';

/** The state for allocating the copies of one title: its copies with their holders, and the queue. */
export interface BookCirculation {
  /** Null until the catalogue announced the book. */
  readonly book: { readonly bookId: string; readonly title: string } | null;
  readonly copies: readonly Copy[];
  /** Open reservations in the order of their tickets. */
  readonly queue: readonly Reservation[];
  readonly lastTicket: number;
  /**
   * Reservations whose copy was not fetched in time, of members who have not reserved again: the refusal does
   * not depend on whether it was written before. Missing in documents of before there was this list.
   */
  readonly missed?: readonly Pick<Reservation, 'reservationId' | 'userId'>[];
}

export type Copy = {
  readonly copyId: string;
  /** Leaves circulation as soon as it is free. */
  readonly withdrawn: boolean;
} & (
  | { readonly state: 'IN_STOCK' }
  | { readonly state: 'HELD'; readonly reservationId: string }
  | { readonly state: 'ON_LOAN'; readonly rentalId: string; readonly userId: string; readonly dueAt: string | null }
);

interface Reservation {
  readonly reservationId: string;
  readonly userId: string;
  readonly ticket: number;
  /** Set while a copy is set aside. */
  readonly ready: { readonly copyId: string; readonly pickupBy: string } | null;
}

export type OwnEvent = 'Subscribed' | 'Ready' | 'Cancelled' | 'Expired' | 'Checked' | 'Refused' | 'ReturnedBook';
/** The events of other services that Reserve handles. */
export const handles = [
  'Added',
  'Withdrawn',
  'Rentaled',
  'Loaned',
  'Returned',
  'Rejected',
] as const satisfies readonly EventType[];
export type HandledEventType = (typeof handles)[number];

/** An event that Reserve decided, before its envelope. */
export type Body = BodyOf<OwnEvent>;
