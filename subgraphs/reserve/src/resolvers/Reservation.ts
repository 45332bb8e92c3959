import { requireOwnerOrLibrarian } from '@rentalbook/service-kit';
import { estimatedReadyAt, positionOf } from '../application/queue-outlook';
import type { Context } from '../context';
import type { ReservationView } from '../persistence/reservation.model';
import type { ReservationResolvers } from './types.generated';

const place = async ({ status, bookId, ticket }: ReservationView, { loaders }: Context): Promise<number | null> =>
  status === 'WAITING' ? positionOf(ticket, await loaders.waitingTickets.load(bookId)) : null;

export const Reservation: ReservationResolvers = {
  async __resolveReference({ id }, { caller, loaders }) {
    const found = await loaders.reservation.load(id);
    requireOwnerOrLibrarian(caller, found);
    return found;
  },
  id: ({ _id }) => _id,
  book: ({ bookId }) => ({ id: bookId }),
  member: ({ userId, userNm }) => ({ id: userId, name: userNm }),
  position: (reservation, _args, context) => place(reservation, context),
  async estimatedReadyAt(reservation, _args, context) {
    const position = await place(reservation, context);
    const circulation = await context.loaders.circulation.load(reservation.bookId);
    return position !== null && circulation ? estimatedReadyAt(position, circulation) : null;
  },
};
