import type { ConsistencyTokens, Pager, RequestContext } from '@rentalbook/service-kit';
import type DataLoader from 'dataloader';
import type { RentBookPorts } from './application/rent-book.use-case';
import type { ReturnBookPorts } from './application/return-book.use-case';
import type { RentalView } from './application/views';

/** A title that is known by its id alone. */
export interface BookReference {
  readonly id: string;
}

/** The context of the resolvers of one request. */
export interface Context extends RequestContext {
  readonly ports: RentBookPorts & ReturnBookPorts;
  readonly tokens: ConsistencyTokens;
  /** The position of a rental in its title's list is its id. */
  readonly pager: Pager<string>;
  /** Batched per request: one query for any number of ids. */
  readonly rentals: DataLoader<string, RentalView | null>;
}
