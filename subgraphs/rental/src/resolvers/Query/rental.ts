import { requireId } from '@rentalbook/service-kit';
import type { QueryResolvers } from '../types.generated';

export const rental: NonNullable<QueryResolvers['rental']> = (_root, { id }, { rentals }) =>
  rentals.load(requireId('id', id));
