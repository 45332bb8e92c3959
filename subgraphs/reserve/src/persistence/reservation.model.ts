import { Schema, type Connection } from 'mongoose';

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

const text = { type: String };
const schema = new Schema<ReservationView>(
  {
    _id: { type: String, required: true },
    userId: text,
    userNm: text,
    bookId: text,
    ticket: { type: Number },
    status: text,
    statusText: text,
    pickupBy: text,
    reason: text,
    createdAt: text,
    updatedAt: text,
    seq: { type: Number },
  },
  { collection: 'reservations', versionKey: false },
);
schema.index({ bookId: 1, ticket: 1 });
schema.index({ bookId: 1, status: 1, ticket: 1 });

export const reservationModel = (connection: Connection) => connection.model<ReservationView>('Reservation', schema);
