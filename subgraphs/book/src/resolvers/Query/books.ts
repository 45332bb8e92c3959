import { badUserInput, optionalText } from '@rentalbook/service-kit';
import { searchFor, type Search } from '../../search/listing';
import type { QueryResolvers } from '../types.generated';

const LONGEST_SEARCH = 200;

export const books: NonNullable<QueryResolvers['books']> = (_root, args, { catalogue, pager }) => {
  const search = searchOf(optionalText('search', args.search, LONGEST_SEARCH));
  return pager.connection(
    args,
    (slice) => catalogue.slice(slice, search),
    ({ bookNm, bookId }) => ({ bookNm, bookId }),
  );
};

function searchOf(typed: string | undefined): Search | undefined {
  if (typed === undefined) return undefined;
  const search = searchFor(typed);
  if (search) return search;
  throw badUserInput('SEARCH_TOO_SHORT', { search: typed });
}
