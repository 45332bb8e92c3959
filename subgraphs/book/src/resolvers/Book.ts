import { requireId } from '@rentalbook/service-kit';
import { availabilityOf, availabilityText } from '../domain/availability';
import type { BookResolvers } from './types.generated';

export const Book: BookResolvers = {
  __resolveReference: ({ id }, { books }) => books.load(requireId('id', id)),
  id: ({ bookId }) => bookId,
  title: ({ bookNm }) => bookNm,
  authors: ({ authors }) => [...authors],
  status: ({ copies }) => availabilityOf(copies),
  statusText: ({ copies }) => availabilityText(copies),
  totalCopies: ({ copies }) => copies.length,
  availableCopies: ({ copies }) => copies.filter(({ state }) => state === 'IN_STOCK').length,
  copies: ({ copies }) => copies.map((copy) => ({ id: copy.copyId, status: availabilityOf([copy]) })),
};
