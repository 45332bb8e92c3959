import { bookTag } from '@rentalbook/event-contracts';
import type { PartDependencies } from '@rentalbook/service-kit';
import type { BookView } from '../application/views';

/** What the answer about a title depends on; a title that is not there follows from no event yet. */
export const partOfBook = (bookId: string, view: BookView | null): PartDependencies => ({
  tags: [bookTag(bookId)],
  asOf: [
    { source: 'book', key: bookId, sequence: view?.positions.book ?? 0 },
    { source: 'reserve', key: bookId, sequence: view?.positions.reserve ?? 0 },
  ],
});
