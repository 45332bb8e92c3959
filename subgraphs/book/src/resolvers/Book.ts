import { statusIn } from '@rentalbook/sentences';
import { requireId, subjectOf } from '@rentalbook/service-kit';
import { availabilityOf } from '../domain/availability';
import { partOfBook } from './book-parts';
import type { BookResolvers } from './types.generated';

export const Book: BookResolvers = {
  async __resolveReference({ id }, { books, parts }) {
    const bookId = requireId('id', id);
    const found = await books.load(bookId);
    parts.note(subjectOf('Book', bookId), partOfBook(bookId, found));
    return found;
  },
  id: ({ bookId }) => bookId,
  title: ({ bookNm }) => bookNm,
  authors: ({ authors }) => [...authors],
  status: ({ copies }) => availabilityOf(copies),
  statusText: ({ copies }, _args, { language }) => statusIn(language, availabilityOf(copies)),
  totalCopies: ({ copies }) => copies.length,
  availableCopies: ({ copies }) => copies.filter(({ state }) => state === 'IN_STOCK').length,
  copies: ({ copies }) => copies.map((copy) => ({ id: copy.copyId, status: availabilityOf([copy]) })),
};
