import type { ConsistencyTokens, RequestContext } from '@rentalbook/service-kit';
import type DataLoader from 'dataloader';
import type { RentBookPorts } from './application/rent-book.use-case';
import type { ReturnBookPorts } from './application/return-book.use-case';
import type { RentalView } from './persistence/rental.model';
import type { RentalPager } from './resolvers/Book';

/** What the resolvers of one request work with. */
export interface Context extends RequestContext {
  readonly ports: RentBookPorts & ReturnBookPorts;
  readonly tokens: ConsistencyTokens;
  readonly pager: RentalPager;
  /** Batched per request: however many are asked for, one query. */
  readonly rentals: DataLoader<string, RentalView | null>;
}
