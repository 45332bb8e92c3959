import { requireId } from '@rentalbook/service-kit';
import type { BookResolvers } from './types.generated';

export const Book: BookResolvers = {
  __resolveReference: ({ id }) => ({ id: requireId('id', id) }),
  rentals: ({ id }, args, { pager, ports }) =>
    pager.connection(
      args,
      (slice) => ports.rentals.ofBook(id, slice),
      ({ _id }) => _id,
      id,
    ),
};
