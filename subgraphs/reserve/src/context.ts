import type { ConsistencyTokens, Pager, RequestContext } from '@rentalbook/service-kit';
import type DataLoader from 'dataloader';
import type { Circulation, Reservations } from './application/ports';
import type { QueueOutlook } from './application/queue-outlook';
import type { ReservationView } from './application/views';

/** A title that is known by its id alone. */
export interface BookReference {
  readonly id: string;
}

/** The context of the resolvers of one request. */
export interface Context extends RequestContext {
  readonly circulation: Circulation;
  readonly reservations: Reservations;
  readonly tokens: ConsistencyTokens;
  readonly now: () => Date;
  /** The position of a reservation in its title's list is its ticket. */
  readonly pager: Pager<number>;
  /** Batched per request: one query for any number of ids. */
  readonly loaders: {
    readonly reservation: DataLoader<string, ReservationView | null>;
    /** By the id of the title. */
    readonly outlook: DataLoader<string, QueueOutlook | null>;
  };
}
