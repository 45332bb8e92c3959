import { modelOn } from '@rentalbook/mongo';
import { Schema, type Connection, type Model } from 'mongoose';
import type { Listing } from '../search/listing';

const schema = new Schema<Listing>(
  {
    _id: { type: String, required: true },
    version: { type: Number },
    sortKey: { type: String },
    text: { type: String },
    initials: { type: String },
    grams: { type: [String] },
  },
  { collection: 'listings', versionKey: false },
);
schema.index({ sortKey: 1, _id: 1 });
// With a gram fixed, the rest of the key is the order of the catalogue: a page of a search is read without sorting.
schema.index({ grams: 1, sortKey: 1, _id: 1 });

export const listingModel = (connection: Connection): Model<Listing> => modelOn(connection, 'Listing', schema);
