import type { ConsistencyTokens, Pager, RequestContext } from '@rentalbook/service-kit';
import type DataLoader from 'dataloader';
import type { Catalogue, CataloguePosition, Titles } from './application/ports';
import type { BookView } from './application/views';

/** The context of the resolvers of one request. */
export interface Context extends RequestContext {
  readonly titles: Titles;
  readonly catalogue: Catalogue;
  readonly tokens: ConsistencyTokens;
  readonly pager: Pager<CataloguePosition>;
  /** Batched per request: one query for any number of ids. */
  readonly books: DataLoader<string, BookView | null>;
}
