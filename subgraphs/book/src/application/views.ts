import type { Copy, Title } from '../domain/catalogue-book';

/** One title as it is read. */
export interface BookView extends Title {
  readonly copies: readonly Copy[];
  /** The last applied sequence of each stream that it follows from, by source. */
  readonly positions: Readonly<Record<'book' | 'reserve', number>>;
}
