import { statusIn } from '@rentalbook/sentences';
import { requireId } from '@rentalbook/service-kit';
import { availabilityOf } from '../domain/availability';
import type { BookResolvers } from './types.generated';

export const Book: BookResolvers = {
  __resolveReference: ({ id }, { books }) => books.load(requireId('id', id)),
  id: ({ bookId }) => bookId,
  title: ({ bookNm }) => bookNm,
  authors: ({ authors }) => [...authors],
  status: ({ copies }) => availabilityOf(copies),
  statusText: ({ copies }, _args, { language }) => statusIn(language, availabilityOf(copies)),
  totalCopies: ({ copies }) => copies.length,
  availableCopies: ({ copies }) => copies.filter(({ state }) => state === 'IN_STOCK').length,
  copies: ({ copies }) => copies.map((copy) => ({ id: copy.copyId, status: availabilityOf([copy]) })),
};
