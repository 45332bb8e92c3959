import { commandRequest, requireCount, requireRole } from '@rentalbook/service-kit';
import { addCopies as add } from '../../application/add-copies.use-case';
import { bookPayload } from '../book-payload';
import type { MutationResolvers } from '../types.generated';
import { MOST_COPIES } from './addBook';

export const addCopies: NonNullable<MutationResolvers['addCopies']> = async (_root, { input }, context) => {
  const caller = requireRole(context.caller, 'librarian');
  const copies = requireCount('copies', input.copies, 1, MOST_COPIES);
  const request = commandRequest(context, caller, 'addCopies', input);
  return bookPayload(context, input.bookId, await add(context.titles, input.bookId, copies, request));
};
