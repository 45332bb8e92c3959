import { CATALOGUE_TAG } from '@rentalbook/event-contracts';
import { badUserInput, optionalText, subjectOf } from '@rentalbook/service-kit';
import { searchFor, type Search } from '../../search/listing';
import { partOfBook } from '../book-parts';
import type { QueryResolvers } from '../types.generated';

const LONGEST_SEARCH = 200;

export const books: NonNullable<QueryResolvers['books']> = (_root, args, { catalogue, pager, parts }, info) => {
  const search = searchOf(optionalText('search', args.search, LONGEST_SEARCH));
  const subject = subjectOf('Query.books', String(info.path.key));
  parts.root(info.path.key, subject);
  parts.note(subject, { tags: [CATALOGUE_TAG] });
  return pager.connection(
    args,
    async (slice) => {
      const found = await catalogue.slice(slice, search);
      for (const view of found) parts.note(subject, partOfBook(view.bookId, view));
      return found;
    },
    ({ bookNm, bookId }) => ({ bookNm, bookId }),
  );
};

function searchOf(typed: string | undefined): Search | undefined {
  if (typed === undefined) return undefined;
  const search = searchFor(typed);
  if (search) return search;
  throw badUserInput('SEARCH_TOO_SHORT', { search: typed });
}
