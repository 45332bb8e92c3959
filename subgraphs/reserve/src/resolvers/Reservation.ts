import { bookTag, memberTag } from '@rentalbook/event-contracts';
import { reasonIn, statusIn } from '@rentalbook/sentences';
import { requireId, subjectOf } from '@rentalbook/service-kit';
import { estimatedReadyAt, positionOf, type QueueOutlook } from '../application/queue-outlook';
import type { Context } from '../context';
import type { ReservationView } from '../application/views';
import type { ReservationResolvers } from './types.generated';

const outlookOf = ({ status, bookId }: ReservationView, { loaders }: Context): Promise<QueueOutlook | null> =>
  status === 'WAITING' ? loaders.outlook.load(bookId) : Promise.resolve(null);

export const Reservation: ReservationResolvers = {
  async __resolveReference({ id }, { loaders, parts }) {
    const found = await loaders.reservation.load(requireId('id', id));
    // The position and the estimate depend on the events of others about the title.
    if (found) parts.note(subjectOf('Reservation', id), { tags: [memberTag(found.userId), bookTag(found.bookId)] });
    return found;
  },
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
    const now = context.now();
    const estimate = outlook && estimatedReadyAt(positionOf(reservation.ticket, outlook), outlook, now);
    // The copy is overdue without an event; the reservation is read by itself, or in the list of its title.
    if (estimate)
      for (const subject of [subjectOf('Reservation', reservation._id), subjectOf('Book', reservation.bookId)])
        context.parts.note(subject, { tags: [], validMs: Date.parse(estimate) - now.getTime() });
    return estimate;
  },
};
