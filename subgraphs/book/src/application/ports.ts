import type { AggregateStore } from '@rentalbook/aggregate-store';
import type { Slice } from '@rentalbook/service-kit';
import type { CatalogueBook, CatalogueCommand, Title } from '../domain/catalogue-book';
import type { Search } from '../search/listing';
import type { BookView } from './views';

/** The aggregate of a title in the catalogue; its key is the bookId. */
export type Titles = Pick<AggregateStore<CatalogueBook, CatalogueCommand>, 'execute'>;

/** The place of a title in the catalogue. */
export type CataloguePosition = Pick<Title, 'bookNm' | 'bookId'>;

/** The catalogue as it is read. */
export interface Catalogue {
  byIds(ids: readonly string[]): Promise<readonly BookView[]>;
  /** A slice in the order of the root collation, of the titles that a search finds or of all. */
  slice(slice: Slice<CataloguePosition>, search: Search | undefined): Promise<readonly BookView[]>;
}
