import { REASON_LENGTH } from '@rentalbook/event-contracts';
import { commandRequest, requireId, requireCaller, requireText } from '@rentalbook/service-kit';
import { withdrawCopy as withdraw } from '../../application/withdraw-copy.use-case';
import { bookPayload } from '../book-payload';
import type { MutationResolvers } from '../types.generated';

export const withdrawCopy: NonNullable<MutationResolvers['withdrawCopy']> = async (_root, { input }, context) => {
  const caller = requireCaller(context.caller);
  const bookId = requireId('bookId', input.bookId);
  const copyId = requireId('copyId', input.copyId);
  const reason = requireText('reason', input.reason, REASON_LENGTH);
  const request = commandRequest(context, caller, 'withdrawCopy', input, { bookId, copyId, reason });
  return bookPayload(context, bookId, await withdraw(context.titles, bookId, { copyId, reason }, request));
};
