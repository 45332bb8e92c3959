import { commandRequest, requireCaller, requireId } from '@rentalbook/service-kit';
import { rentBook as rent } from '../../application/rent-book.use-case';
import { rentalPayload } from '../rental-payload';
import type { MutationResolvers } from '../types.generated';

export const rentBook: NonNullable<MutationResolvers['rentBook']> = async (_root, { input }, context) => {
  const caller = requireCaller(context.caller);
  const member = { userId: caller.memberId, userNm: caller.name };
  const bookId = requireId('bookId', input.bookId);
  const request = commandRequest(context, caller, 'rentBook', input, { bookId });
  const { outcome, decided } = await rent(context.ports, bookId, member, request);
  return rentalPayload(context, bookId, outcome, { decided });
};
