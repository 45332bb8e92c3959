import type { Executed } from '@rentalbook/aggregate-store';
import { refusalIn } from '@rentalbook/sentences';
import type { Context } from '../context';
import type { BookView } from '../application/views';
import type { Refusal } from './types.generated';

/** The book that a command was about, or why it was refused. */
export async function bookPayload(
  { books, tokens, language, parts }: Context,
  bookId: string,
  { outcome, sequence }: Executed,
): Promise<{ book: BookView | null; refusal: Refusal | null; consistencyToken: string }> {
  const positions = sequence > 0 ? [{ source: 'book', key: bookId, sequence }] : [];
  parts.changed(positions);
  const consistencyToken = tokens.token(positions);
  if ('refused' in outcome) return { book: null, refusal: refusalIn(language, outcome.refused), consistencyToken };
  return { book: await books.clear(bookId).load(bookId), refusal: null, consistencyToken };
}
