import type { CommandContext, Executed } from '@rentalbook/aggregate-store';
import type { Slice } from '@rentalbook/service-kit';
import type { CatalogueCommand, Title } from '../domain/catalogue-book';
import type { Search } from '../search/listing';
import type { BookView } from '../persistence/book.queries';

/** Where the titles of the catalogue are decided and kept. */
export interface Titles {
  execute(bookId: string, command: CatalogueCommand, context: CommandContext): Promise<Executed>;
}

/** The place of a title in the catalogue. */
export type CataloguePosition = Pick<Title, 'bookNm' | 'bookId'>;

/** The catalogue as it is read. */
export interface Catalogue {
  byIds(ids: readonly string[]): Promise<readonly BookView[]>;
  /** A slice in the order of the root collation, of the titles that a search finds or of all. */
  slice(slice: Slice<CataloguePosition>, search: Search | undefined): Promise<readonly BookView[]>;
}
