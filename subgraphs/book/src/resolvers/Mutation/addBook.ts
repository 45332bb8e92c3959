import { catalogues, type Language } from '@rentalbook/sentences';
import { commandRequest, requireCount, requireCaller } from '@rentalbook/service-kit';
import { addBook as add } from '../../application/add-book.use-case';
import { bookPayload } from '../book-payload';
import { COPIES_PER_REQUEST } from '../copies-input';
import { titleFrom } from '../title-input';
import { expectedCheckDigit } from '../../search/isbn';
import type { MutationResolvers, Warning } from '../types.generated';

export const addBook: NonNullable<MutationResolvers['addBook']> = async (_root, { input }, context) => {
  const caller = requireCaller(context.caller);
  const title = titleFrom(input);
  const copies = requireCount('copies', input.copies ?? 1, 1, COPIES_PER_REQUEST);
  const request = commandRequest(context, caller, 'addBook', input, { ...title, copies });
  const { bookId, ...executed } = await add(context.titles, title, copies, request);
  return { ...(await bookPayload(context, bookId, executed)), warnings: warningsOf(title.isbn, context.language) };
};

/** Publishers have printed wrong check digits, and a library keeps the book all the same. */
function warningsOf(isbn: string | null, language: Language): Warning[] {
  const expected = expectedCheckDigit(isbn ?? '');
  if (expected === undefined) return [];
  const code = 'ISBN_CHECK_DIGIT';
  return [{ code, message: catalogues[language].warnings[code]({ expected }) }];
}
