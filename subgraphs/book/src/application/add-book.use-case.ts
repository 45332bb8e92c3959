import { newIdAt, type CommandContext, type Executed } from '@rentalbook/aggregate-store';
import type { Title } from '../domain/catalogue-book';
import type { Titles } from './ports';

/** Adds a title with its first copies. */
export function addBook(
  titles: Titles,
  title: Omit<Title, 'bookId'>,
  copies: number,
  context: CommandContext,
): Promise<Executed & { readonly bookId: string }> {
  const bookId = newIdAt(new Date());
  return titles
    .execute(bookId, { type: 'AddBook', title: { ...title, bookId }, copies }, context)
    .then((executed) => ({ ...executed, bookId: 'accepted' in executed.outcome ? executed.outcome.accepted : bookId }));
}
