import { requireId } from '@rentalbook/service-kit';
import { rejectionOf, requestedAt, statusOf, statusTextOf } from '../application/rental-status';
import type { RentalResolvers } from './types.generated';

export const Rental: RentalResolvers = {
  __resolveReference: ({ id }, { rentals }) => rentals.load(requireId('id', id)),
  id: ({ _id }) => _id,
  book: ({ bookId }) => ({ id: bookId }),
  member: ({ userId, rental }) => ({ id: userId, name: rental?.userNm ?? userId }),
  reservation: ({ reserve }) => (reserve?.reservationId === undefined ? null : { id: reserve.reservationId }),
  status: statusOf,
  statusText: statusTextOf,
  dueAt: ({ rental }) => rental?.dueAt ?? null,
  renewals: ({ rental }) => rental?.renewals ?? 0,
  rentedAt: requestedAt,
  returnedAt: ({ rental }) => rental?.returnedAt ?? null,
  rejection: rejectionOf,
};
