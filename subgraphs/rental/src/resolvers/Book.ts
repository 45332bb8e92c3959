import { requireId, requireRole, type createPager } from '@rentalbook/service-kit';
import type { BookResolvers } from './types.generated';

/** A title that is known by its id alone. */
export interface BookReference {
  readonly id: string;
}
/** Pages of a title's rentals go on after a rental's id. */
export type RentalPager = ReturnType<typeof createPager<string>>;

export const Book: BookResolvers = {
  __resolveReference: ({ id }) => ({ id: requireId('id', id) }),
  async rentals({ id }, args, { caller, pager, ports }) {
    requireRole(caller, 'librarian');
    const page = pager.page(args, id);
    return pager.connection(page, await ports.rentals.ofBook(id, page), ({ _id }) => _id);
  },
};
