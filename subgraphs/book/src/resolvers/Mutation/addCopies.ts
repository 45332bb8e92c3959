import { commandRequest, requireCount, requireId, requireCaller } from '@rentalbook/service-kit';
import { addCopies as add } from '../../application/add-copies.use-case';
import { bookPayload } from '../book-payload';
import type { MutationResolvers } from '../types.generated';
import { COPIES_PER_REQUEST } from '../copies-input';

export const addCopies: NonNullable<MutationResolvers['addCopies']> = async (_root, { input }, context) => {
  const caller = requireCaller(context.caller);
  const bookId = requireId('bookId', input.bookId);
  const copies = requireCount('copies', input.copies, 1, COPIES_PER_REQUEST);
  const request = commandRequest(context, caller, 'addCopies', input, { bookId, copies });
  return bookPayload(context, bookId, await add(context.titles, bookId, copies, request));
};
