import { requireId } from '@rentalbook/service-kit';
import type { BookResolvers } from './types.generated';

export const Book: BookResolvers = {
  __resolveReference: ({ id }) => ({ id: requireId('id', id) }),
  queueLength: async ({ id }, _args, { loaders }) => (await loaders.outlook.load(id))?.waiting.length ?? 0,
  reservations: ({ id }, args, { pager, reservations }) =>
    pager.connection(
      args,
      (slice) => reservations.ofBook(id, slice),
      ({ ticket }) => ticket,
      id,
    ),
};
