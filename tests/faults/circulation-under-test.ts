import { createAggregateStore, type Projection } from '@rentalbook/aggregate-store';
import { createChanges } from '@rentalbook/read-models';
import type { Connection } from 'mongoose';
import { bookCirculation } from '../../subgraphs/reserve/src/domain/book-circulation';

/** The store of one replica of Reserve, without a relay, and without read collections unless one is given. */
export async function openCirculation(connection: Connection, project: Projection = () => Promise.resolve()) {
  const store = createAggregateStore({
    connection,
    decider: bookCirculation,
    policy: () => ({ bookingStatus: 'Booking', pickupDays: 3 }),
    project,
    changes: createChanges(),
    wakeRelay: () => undefined,
  });
  await store.prepare();
  return store;
}
