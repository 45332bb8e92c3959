import type { ConsistencyTokens, Pager, RequestContext } from '@rentalbook/service-kit';
import type DataLoader from 'dataloader';
import type { Catalogue, CataloguePosition, Titles } from './application/ports';
import type { BookView } from './application/views';

/** What the resolvers of one request work with. */
export interface Context extends RequestContext {
  readonly titles: Titles;
  readonly catalogue: Catalogue;
  readonly tokens: ConsistencyTokens;
  readonly pager: Pager<CataloguePosition>;
  /** Batched per request: however many are asked for, one query. */
  readonly books: DataLoader<string, BookView | null>;
}
