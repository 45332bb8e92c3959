import { requireId, requireOwnerOrLibrarian } from '@rentalbook/service-kit';
import type { QueryResolvers } from '../types.generated';

export const reservation: NonNullable<QueryResolvers['reservation']> = async (_root, { id }, { caller, loaders }) => {
  const found = await loaders.reservation.load(requireId('id', id));
  requireOwnerOrLibrarian(caller, found);
  return found;
};
