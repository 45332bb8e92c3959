import { commandRequest, requireCaller, requireId } from '@rentalbook/service-kit';
import { returnBook as returnCopy } from '../../application/return-book.use-case';
import { rentalPayload } from '../rental-payload';
import type { MutationResolvers } from '../types.generated';

export const returnBook: NonNullable<MutationResolvers['returnBook']> = async (_root, { input }, context) => {
  const caller = requireCaller(context.caller);
  const rentalId = requireId('rentalId', input.rentalId);
  const request = commandRequest(context, caller, 'returnBook', input, { rentalId });
  const rental = await context.rentals.load(rentalId);
  const { outcome, bookId, reserveSequence } = await returnCopy(context.ports, rentalId, rental, request);
  return rentalPayload(context, bookId, outcome, { reserveSequence });
};
