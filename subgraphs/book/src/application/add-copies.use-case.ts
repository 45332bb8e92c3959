import type { CommandContext, Executed } from '@rentalbook/aggregate-store';
import type { Titles } from './ports';

/** Adds copies to a title. */
export const addCopies = (titles: Titles, bookId: string, copies: number, context: CommandContext): Promise<Executed> =>
  titles.execute(bookId, { type: 'AddCopies', copies }, context);
