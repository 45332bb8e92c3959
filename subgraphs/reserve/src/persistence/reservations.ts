import { applyGuarded, type GuardedUpsert } from '@rentalbook/read-models';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { keyRange } from '@rentalbook/service-kit';
import { trusted, type Connection } from 'mongoose';
import type { Reservations } from '../application/ports';
import type { ReservationView } from '../application/views';
import { reservationModel } from './reservation.model';
import { reservationChange } from './reservation.projection';

/** All reservations, open and closed: projected from Reserve's events, queried by id, by book and by queue. */
export function reservationsIn(connection: Connection): Reservations & {
  project(events: readonly RentalbookEvent[]): Promise<void>;
  prepare(): Promise<void>;
} {
  const model = reservationModel(connection);
  return {
    async prepare() {
      await model.createIndexes();
    },

    async project(events) {
      const changes = events.map(reservationChange).filter((change): change is GuardedUpsert => change !== undefined);
      await applyGuarded(model, changes);
    },

    byIds: (ids) =>
      model
        .find({ _id: trusted({ $in: [...ids] }) })
        .lean<ReservationView[]>()
        .exec(),

    ofBook(bookId, slice) {
      const range = keyRange(slice, 1);
      return model
        .find({ bookId, ...(range && { ticket: trusted(range) }) })
        .sort({ ticket: slice.backward ? -1 : 1 })
        .limit(slice.limit)
        .lean<ReservationView[]>()
        .exec();
    },
  };
}
