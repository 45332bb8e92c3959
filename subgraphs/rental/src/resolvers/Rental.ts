import { memberTag } from '@rentalbook/event-contracts';
import { rejectionIn, statusIn, type Status } from '@rentalbook/sentences';
import { requireId, subjectOf } from '@rentalbook/service-kit';
import { rejectionOf, requestedAt, statusOf, validMsOf, type RentalStatus } from '../application/rental-status';
import type { RentalResolvers } from './types.generated';

const shownAs: Record<RentalStatus, Status> = {
  REQUESTED: 'START_RENTAL',
  ACTIVE: 'ON_RENTAL',
  OVERDUE: 'ON_RENTAL',
  RETURNED: 'RETURN_COMPLETE',
  REJECTED: 'REJECTED',
};

export const Rental: RentalResolvers = {
  async __resolveReference({ id }, { rentals, parts }) {
    const found = await rentals.load(requireId('id', id));
    const validMs = found && validMsOf(found);
    if (found)
      parts.note(subjectOf('Rental', id), { tags: [memberTag(found.userId)], ...(validMs !== null && { validMs }) });
    return found;
  },
  id: ({ _id }) => _id,
  book: ({ bookId }) => ({ id: bookId }),
  member: ({ userId, rental }) => ({ id: userId, name: rental?.userNm ?? userId }),
  reservation: ({ reserve }) => (reserve?.reservationId === undefined ? null : { id: reserve.reservationId }),
  status: statusOf,
  statusText: (rental, _args, { language }) => statusIn(language, shownAs[statusOf(rental)]),
  dueAt: ({ rental }) => rental?.dueAt ?? null,
  renewals: ({ rental }) => rental?.renewals ?? 0,
  rentedAt: requestedAt,
  returnedAt: ({ rental }) => rental?.returnedAt ?? null,
  rejection(rental, _args, { language }) {
    const rejection = rejectionOf(rental);
    return rejection && rejectionIn(language, rejection);
  },
};
