import { optionalText } from '@rentalbook/service-kit';
import type { QueryResolvers } from '../types.generated';

const LONGEST_SEARCH = 200;

export const books: NonNullable<QueryResolvers['books']> = (_root, args, { catalogue, pager }) => {
  const search = optionalText('search', args.search, LONGEST_SEARCH);
  return pager.connection(
    args,
    (slice) => catalogue.slice(slice, search),
    ({ bookNm, bookId }) => ({ bookNm, bookId }),
  );
};
