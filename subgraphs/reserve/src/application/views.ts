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
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The number of the last event that changed it. */
  readonly seq: number;
}
