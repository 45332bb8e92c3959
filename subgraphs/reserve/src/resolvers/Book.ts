import { requireId, type Pager } from '@rentalbook/service-kit';
import type { BookResolvers } from './types.generated';

/** A title that is known by its id alone. */
export interface BookReference {
  readonly id: string;
}
/** The position of a reservation in its title's list is its ticket. */
export type ReservationPager = Pager<number>;

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
