import { bookTag } from '@rentalbook/event-contracts';
import { requireId, subjectOf } from '@rentalbook/service-kit';
import type { BookResolvers } from './types.generated';

export const Book: BookResolvers = {
  __resolveReference({ id }, { parts }) {
    const bookId = requireId('id', id);
    parts.note(subjectOf('Book', bookId), { tags: [bookTag(bookId)] });
    return { id: bookId };
  },
  queueLength: async ({ id }, _args, { loaders }) => (await loaders.outlook.load(id))?.waiting.length ?? 0,
  reservations: ({ id }, args, { pager, reservations }) =>
    pager.connection(
      args,
      (slice) => reservations.ofBook(id, slice),
      ({ ticket }) => ticket,
      id,
    ),
};
