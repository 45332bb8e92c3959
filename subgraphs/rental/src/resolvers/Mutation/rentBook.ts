import { commandRequest, requireRole } from '@rentalbook/service-kit';
import { rentBook as rent } from '../../application/rent-book.use-case';
import { rentalPayload } from '../rental-payload';
import type { MutationResolvers } from '../types.generated';

export const rentBook: NonNullable<MutationResolvers['rentBook']> = async (_root, { input }, context) => {
  const caller = requireRole(context.caller, 'member');
  const member = { userId: caller.memberId, userNm: caller.name };
  const request = commandRequest(context, caller, 'rentBook', input);
  const { outcome } = await rent(context.ports, input.bookId, member, request);
  return rentalPayload(context, input.bookId, outcome);
};
