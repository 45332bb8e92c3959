import { createAggregateStore } from '@rentalbook/aggregate-store';
import type { Connection } from 'mongoose';
import { bookCirculation } from '../../subgraphs/reserve/src/domain/book-circulation';

/** The store of one replica of Reserve, without a relay and without read collections. */
export async function openCirculation(connection: Connection) {
  const store = createAggregateStore({
    connection,
    decider: bookCirculation,
    policy: () => ({ bookingStatus: 'Booking', pickupDays: 3 }),
    project: () => Promise.resolve(),
    wakeRelay: () => undefined,
  });
  await store.prepare();
  return store;
}
