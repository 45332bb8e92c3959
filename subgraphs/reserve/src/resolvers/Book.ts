import { requireId, requireRole, type createPager } from '@rentalbook/service-kit';
import type { BookResolvers } from './types.generated';

/** A title that is known by its id alone. */
export interface BookReference {
  readonly id: string;
}
/** Pages of a title's reservations go on after a ticket. */
export type ReservationPager = ReturnType<typeof createPager<number>>;

export const Book: BookResolvers = {
  __resolveReference: ({ id }) => ({ id: requireId('id', id) }),
  queueLength: async ({ id }, _args, { loaders }) => (await loaders.outlook.load(id))?.waiting.length ?? 0,
  async reservations({ id }, args, { caller, pager, reservations }) {
    requireRole(caller, 'librarian');
    const page = pager.page(args, id);
    return pager.connection(page, await reservations.ofBook(id, page), ({ ticket }) => ticket);
  },
};
