import { requireId } from '@rentalbook/service-kit';
import type { QueryResolvers } from '../types.generated';

export const reservation: NonNullable<QueryResolvers['reservation']> = (_root, { id }, { loaders }) =>
  loaders.reservation.load(requireId('id', id));
