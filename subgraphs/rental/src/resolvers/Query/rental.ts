import { requireId, requireOwnerOrLibrarian } from '@rentalbook/service-kit';
import type { QueryResolvers } from '../types.generated';

export const rental: NonNullable<QueryResolvers['rental']> = async (_root, { id }, { caller, rentals }) => {
  const found = await rentals.load(requireId('id', id));
  requireOwnerOrLibrarian(caller, found);
  return found;
};
