import { requireId, type Pager } from '@rentalbook/service-kit';
import type { BookResolvers } from './types.generated';

/** A title that is known by its id alone. */
export interface BookReference {
  readonly id: string;
}
/** The position of a rental in its title's list is its id. */
export type RentalPager = Pager<string>;

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
