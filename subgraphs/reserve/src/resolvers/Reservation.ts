import { reasonIn, statusIn } from '@rentalbook/sentences';
import { requireId } from '@rentalbook/service-kit';
import { estimatedReadyAt, positionOf, type QueueOutlook } from '../application/queue-outlook';
import type { Context } from '../context';
import type { ReservationView } from '../application/views';
import type { ReservationResolvers } from './types.generated';

const outlookOf = ({ status, bookId }: ReservationView, { loaders }: Context): Promise<QueueOutlook | null> =>
  status === 'WAITING' ? loaders.outlook.load(bookId) : Promise.resolve(null);

export const Reservation: ReservationResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.reservation.load(requireId('id', id)),
  id: ({ _id }) => _id,
  book: ({ bookId }) => ({ id: bookId }),
  member: ({ userId, userNm }) => ({ id: userId, name: userNm }),
  statusText: ({ status, statusText }, _args, { language }) =>
    status === 'CANCELLED' || status === 'EXPIRED' ? statusIn(language, status) : statusText,
  reason: ({ reason, reasonCode }, _args, { language }) =>
    reason === null ? null : reasonIn(language, { reason, reasonCode }),
  async position(reservation, _args, context) {
    const outlook = await outlookOf(reservation, context);
    return outlook && positionOf(reservation.ticket, outlook);
  },
  async estimatedReadyAt(reservation, _args, context) {
    const outlook = await outlookOf(reservation, context);
    return outlook && estimatedReadyAt(positionOf(reservation.ticket, outlook), outlook);
  },
};
