import { requireId, subjectOf } from '@rentalbook/service-kit';
import { partOfBook } from '../book-parts';
import type { QueryResolvers } from '../types.generated';

export const book: NonNullable<QueryResolvers['book']> = async (_root, { id }, { books, parts }, info) => {
  const bookId = requireId('id', id);
  const found = await books.load(bookId);
  const subject = subjectOf('Book', bookId);
  parts.note(subject, partOfBook(bookId, found));
  parts.root(info.path.key, subject);
  return found;
};
