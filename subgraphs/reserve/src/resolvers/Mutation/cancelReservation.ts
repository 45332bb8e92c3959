import { REASON_LENGTH } from '@rentalbook/event-contracts';
import { catalogues } from '@rentalbook/sentences';
import { commandRequest, optionalText, requireCaller, requireId } from '@rentalbook/service-kit';
import { cancelReservation as cancel } from '../../application/cancel-reservation.use-case';
import { reservationPayload } from '../reservation-payload';
import type { MutationResolvers } from '../types.generated';

export const cancelReservation: NonNullable<MutationResolvers['cancelReservation']> = async (
  _root,
  { input },
  context,
) => {
  const caller = requireCaller(context.caller);
  const reason = optionalText('reason', input.reason, REASON_LENGTH);
  const reservationId = requireId('reservationId', input.reservationId);
  const request = commandRequest(context, caller, 'cancelReservation', input, {
    reservationId,
    // The digest of a recorded request without a reason has this one, for a librarian as well.
    reason: reason ?? catalogues.en.reasons.NO_LONGER_NEEDED,
  });
  const command = { reservationId, by: caller.memberId, reason };
  const reservation = await context.loaders.reservation.load(reservationId);
  const executed = await cancel(context.circulation, command, reservation, request);
  return reservationPayload(context, executed.bookId, executed);
};
