import { newIdAt, type CommandContext, type Executed } from '@rentalbook/aggregate-store';
import type { Title } from '../domain/catalogue-book';
import type { Titles } from './ports';

/**
 * Adds a title with its first copies. The id follows from the command, so that the same signed request adds one title,
 * however often and to whichever replica it is sent.
 */
export function addBook(
  titles: Titles,
  title: Omit<Title, 'bookId'>,
  copies: number,
  context: CommandContext & { readonly commandId: string; readonly requestedAt: Date },
): Promise<Executed & { readonly bookId: string }> {
  const bookId = newIdAt(context.requestedAt, context.commandId);
  return titles
    .execute(bookId, { type: 'AddBook', title, copies }, context)
    .then((executed) => ({ ...executed, bookId: 'accepted' in executed.outcome ? executed.outcome.accepted : bookId }));
}
