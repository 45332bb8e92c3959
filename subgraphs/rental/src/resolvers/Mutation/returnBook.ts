import { commandRequest, requireAnyRole, requireId, requireOwnerOrLibrarian } from '@rentalbook/service-kit';
import { returnBook as bringBack } from '../../application/return-book.use-case';
import { rentalPayload } from '../rental-payload';
import type { MutationResolvers } from '../types.generated';

export const returnBook: NonNullable<MutationResolvers['returnBook']> = async (_root, { input }, context) => {
  const caller = requireAnyRole(context.caller);
  const rentalId = requireId('rentalId', input.rentalId);
  const request = commandRequest(context, caller, 'returnBook', input, { rentalId });
  const mayReturn = (rental: { userId: string }) => requireOwnerOrLibrarian(caller, rental);
  const { outcome, bookId, reserveSequence } = await bringBack(context.ports, rentalId, mayReturn, request);
  return rentalPayload(context, bookId, outcome, reserveSequence);
};
