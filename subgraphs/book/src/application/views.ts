import type { Copy, Title } from '../domain/catalogue-book';

/** One title as it is read. */
export interface BookView extends Title {
  readonly copies: readonly Copy[];
}
