export type ReservationStatus = 'WAITING' | 'READY' | 'FULFILLED' | 'CANCELLED' | 'EXPIRED';

/** One reservation, open or closed, as it is read by id and in lists. */
export interface ReservationView {
  readonly _id: string;
  readonly userId: string;
  readonly userNm: string;
  readonly bookId: string;
  readonly ticket: number;
  readonly status: ReservationStatus;
  readonly statusText: string;
  readonly pickupBy: string | null;
  readonly reason: string | null;
  /** Missing for a reason that a member wrote, and in views of the release before. */
  readonly reasonCode?: string | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The number of the last event that changed it. */
  readonly seq: number;
}
