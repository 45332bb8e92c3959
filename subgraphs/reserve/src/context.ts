import type { ConsistencyTokens, RequestContext } from '@rentalbook/service-kit';
import type DataLoader from 'dataloader';
import type { Circulation, Reservations } from './application/ports';
import type { QueueOutlook } from './application/queue-outlook';
import type { ReservationView } from './persistence/reservation.model';
import type { ReservationPager } from './resolvers/Book';

/** What the resolvers of one request work with. */
export interface Context extends RequestContext {
  readonly circulation: Circulation;
  readonly reservations: Reservations;
  readonly tokens: ConsistencyTokens;
  readonly pager: ReservationPager;
  /** Batches per request: however many are asked for, one query. */
  readonly loaders: {
    readonly reservation: DataLoader<string, ReservationView | null>;
    /** By the id of the title. */
    readonly outlook: DataLoader<string, QueueOutlook | null>;
  };
}
