import { commandRequest, requireCount, requireRole } from '@rentalbook/service-kit';
import { addBook as add } from '../../application/add-book.use-case';
import { bookPayload } from '../book-payload';
import { titleFrom } from '../title-input';
import type { MutationResolvers } from '../types.generated';

export const MOST_COPIES = 100;

export const addBook: NonNullable<MutationResolvers['addBook']> = async (_root, { input }, context) => {
  const caller = requireRole(context.caller, 'librarian');
  const title = titleFrom(input);
  const copies = requireCount('copies', input.copies ?? 1, 1, MOST_COPIES);
  const request = commandRequest(context, caller, 'addBook', input, { ...title, copies });
  const { bookId, ...executed } = await add(context.titles, title, copies, request);
  return bookPayload(context, bookId, executed);
};
