import { applyGuarded, joinReadsById, type GuardedUpsert } from '@rentalbook/read-models';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { BoundedMap, bytesOfText, keyRange } from '@rentalbook/service-kit';
import { trusted, type Connection } from 'mongoose';
import type { Reservations } from '../application/ports';
import type { ReservationView } from '../application/views';
import { reservationModel } from './reservation.model';
import { reservationChange } from './reservation.projection';

/** Bytes of views that this process has made: of some thousand reservations. */
const MADE_BYTES = 2 * 1_024 * 1_024;
/** The texts of a view, but the name. */
const VIEW_BYTES = 1_000;

/** All reservations, open and closed: projected from Reserve's events, queried by id and by book. */
export function reservationsIn(connection: Connection): Reservations & {
  project(events: readonly RentalbookEvent[]): Promise<void>;
  prepare(): Promise<void>;
} {
  const model = reservationModel(connection);
  const made = new BoundedMap<ReservationView>({
    maxBytes: MADE_BYTES,
    bytesOf: ({ userNm, reason }) => VIEW_BYTES + bytesOfText(userNm) + bytesOfText(reason ?? ''),
  });
  /** The view after a change that is stored; only one that began here is known whole. */
  const note = ({ id, sequence, set }: GuardedUpsert, isFirst: boolean): void => {
    const before = made.get(id);
    if (before ? before.seq < sequence : isFirst)
      made.set(id, { ...before, ...set, _id: id, seq: sequence } as ReservationView);
  };
  return {
    async prepare() {
      await model.createIndexes();
    },

    async project(events) {
      const changes = events.flatMap((event) => {
        const change = reservationChange(event);
        return change ? [{ change, isFirst: event.eventType === 'Subscribed' }] : [];
      });
      await applyGuarded(
        model,
        changes.map(({ change }) => change),
      );
      for (const { change, isFirst } of changes) note(change, isFirst);
    },

    justMade: (id) => made.get(id),

    byIds: joinReadsById((ids) => model.find({ _id: trusted({ $in: ids }) }).lean<ReservationView[]>()),

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
