import { madeAt } from '@rentalbook/aggregate-store';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { ServiceMetrics } from '@rentalbook/service-kit';

/** Observes how long requests to rent took that these events end: the id of a rental contains the time of its request. */
export const measureRents =
  (metrics: ServiceMetrics) =>
  (events: readonly RentalbookEvent[]): void => {
    for (const { eventType, data } of events)
      if (eventType === 'Loaned' || eventType === 'Rejected')
        metrics.observeSince('rent_saga_seconds', { end: eventType }, madeAt(data.rentalId));
  };
