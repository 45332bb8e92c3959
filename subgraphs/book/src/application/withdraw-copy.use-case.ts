import type { CommandContext, Executed } from '@rentalbook/aggregate-store';
import type { Titles } from './ports';

/** Takes a copy that is in stock out of the catalogue for good. */
export const withdrawCopy = (
  titles: Titles,
  bookId: string,
  { copyId, reason }: { readonly copyId: string; readonly reason: string },
  context: CommandContext,
): Promise<Executed> => titles.execute(bookId, { type: 'WithdrawCopy', copyId, reason }, context);
