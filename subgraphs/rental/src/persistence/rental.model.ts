import { Schema, type Connection } from 'mongoose';
import type { RentalView } from '../application/views';

const schema = new Schema<RentalView>(
  {
    _id: { type: String, required: true },
    userId: { type: String },
    bookId: { type: String },
    rental: { type: Schema.Types.Mixed },
    reserve: { type: Schema.Types.Mixed },
  },
  { collection: 'rentals', versionKey: false },
);
schema.index({ bookId: 1, _id: 1 });

export const rentalModel = (connection: Connection) => connection.model<RentalView>('Rental', schema);
