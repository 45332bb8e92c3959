import type { ConsistencyTokens, createPager, RequestContext } from '@rentalbook/service-kit';
import type DataLoader from 'dataloader';
import type { Catalogue, CataloguePosition, Titles } from './application/ports';
import type { BookView } from './persistence/book.queries';

/** What the resolvers of one request work with. */
export interface Context extends RequestContext {
  readonly titles: Titles;
  readonly catalogue: Catalogue;
  readonly tokens: ConsistencyTokens;
  readonly pager: ReturnType<typeof createPager<CataloguePosition>>;
  /** Batched per request: however many are asked for, one query. */
  readonly books: DataLoader<string, BookView | null>;
}
