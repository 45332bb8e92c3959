import type { CommandContext, Executed } from '@rentalbook/aggregate-store';
import type { Circulation } from './ports';

/** Joins the queue of a title. */
export async function reserveBook(
  circulation: Circulation,
  bookId: string,
  member: { readonly userId: string; readonly userNm: string },
  context: CommandContext,
): Promise<Executed> {
  await circulation.waitForReplica(bookId);
  return circulation.execute(bookId, { type: 'ReserveBook', member }, context);
}
