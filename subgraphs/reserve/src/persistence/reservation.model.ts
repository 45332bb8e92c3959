import { Schema, type Connection } from 'mongoose';
import type { ReservationView } from '../application/views';

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
    reasonCode: text,
    createdAt: text,
    updatedAt: text,
    seq: { type: Number },
  },
  { collection: 'reservations', versionKey: false },
);
schema.index({ bookId: 1, ticket: 1 });

export const reservationModel = (connection: Connection) => connection.model<ReservationView>('Reservation', schema);
