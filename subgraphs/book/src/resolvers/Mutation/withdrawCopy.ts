import { commandRequest, requireRole, requireText } from '@rentalbook/service-kit';
import { withdrawCopy as withdraw } from '../../application/withdraw-copy.use-case';
import { bookPayload } from '../book-payload';
import type { MutationResolvers } from '../types.generated';

const LONGEST_REASON = 500;

export const withdrawCopy: NonNullable<MutationResolvers['withdrawCopy']> = async (_root, { input }, context) => {
  const caller = requireRole(context.caller, 'librarian');
  const reason = requireText('reason', input.reason, LONGEST_REASON);
  const request = commandRequest(context, caller, 'withdrawCopy', input);
  const copy = { copyId: input.copyId, reason };
  return bookPayload(context, input.bookId, await withdraw(context.titles, input.bookId, copy, request));
};
