import { applyGuarded, joinReadsById, type GuardedUpsert } from '@rentalbook/read-models';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { keyRange } from '@rentalbook/service-kit';
import type { Connection } from 'mongoose';
import type { Rentals } from '../application/ports';
import type { RentalView } from '../application/views';
import { rentalModel } from './rental.model';
import { rentalChange } from './rental.projection';

const readNow = { $addFields: { now: '$$NOW' } };

/** All rentals, open and closed: projected from Rental's events and Reserve's decisions, queried by id and by book. */
export function rentalsIn(connection: Connection): Rentals & {
  project(events: readonly RentalbookEvent[]): Promise<void>;
  prepare(): Promise<void>;
} {
  const model = rentalModel(connection);
  return {
    async prepare() {
      await model.createIndexes();
    },

    async project(events) {
      const changes = events.map(rentalChange).filter((change): change is GuardedUpsert => change !== undefined);
      await applyGuarded(model, changes);
    },

    byIds: joinReadsById((ids) => model.aggregate<RentalView>([{ $match: { _id: { $in: ids } } }, readNow])),

    ofBook(bookId, slice) {
      const range = keyRange(slice, 1);
      return model
        .aggregate<RentalView>([
          { $match: { bookId, ...(range && { _id: range }) } },
          { $sort: { _id: slice.backward ? -1 : 1 } },
          { $limit: slice.limit },
          readNow,
        ])
        .exec();
    },
  };
}
