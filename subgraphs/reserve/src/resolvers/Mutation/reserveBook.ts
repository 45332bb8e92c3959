import { commandRequest, requireCaller, requireId } from '@rentalbook/service-kit';
import { reserveBook as join } from '../../application/reserve-book.use-case';
import { reservationPayload } from '../reservation-payload';
import type { MutationResolvers } from '../types.generated';

export const reserveBook: NonNullable<MutationResolvers['reserveBook']> = async (_root, { input }, context) => {
  const caller = requireCaller(context.caller);
  const member = { userId: caller.memberId, userNm: caller.name };
  const bookId = requireId('bookId', input.bookId);
  const request = commandRequest(context, caller, 'reserveBook', input, { bookId });
  const executed = await join(context.circulation, bookId, member, request);
  return reservationPayload(context, bookId, executed, { mayBeRepeat: request.idempotency !== undefined });
};
