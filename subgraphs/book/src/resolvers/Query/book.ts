import { requireId } from '@rentalbook/service-kit';
import type { QueryResolvers } from '../types.generated';

export const book: NonNullable<QueryResolvers['book']> = (_root, { id }, { books }) => books.load(requireId('id', id));
