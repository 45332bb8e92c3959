import { requireText } from '@rentalbook/service-kit';
import type { QueryResolvers } from '../types.generated';

const LONGEST_SEARCH = 200;

export const books: NonNullable<QueryResolvers['books']> = async (_root, args, { catalogue, pager }) => {
  const page = pager.page(args);
  const search = args.search ? requireText('search', args.search, LONGEST_SEARCH) : undefined;
  const found = await catalogue.page(page, search);
  return pager.connection(page, found, ({ bookNm, bookId }) => ({ bookNm, bookId }));
};
