import { requireText } from '@rentalbook/service-kit';
import type { QueryResolvers } from '../types.generated';

const LONGEST_SEARCH = 200;

export const books: NonNullable<QueryResolvers['books']> = (_root, args, { catalogue, pager }) => {
  const search = args.search ? requireText('search', args.search, LONGEST_SEARCH) : undefined;
  return pager.connection(
    args,
    (slice) => catalogue.slice(slice, search),
    ({ bookNm, bookId }) => ({ bookNm, bookId }),
  );
};
