import type { CommandContext } from '@rentalbook/aggregate-store';
import type { ReturnedCopy } from '@rentalbook/event-contracts';
import type { Circulation } from './ports';

/** Ends the loan of a returned copy at Rental's request; the `Returned` event does the same later and then changes nothing. */
export async function receiveReturnedCopy(
  circulation: Pick<Circulation, 'execute'>,
  returned: ReturnedCopy,
  context: CommandContext,
): Promise<{ readonly sequence: number }> {
  const { sequence } = await circulation.execute(returned.bookId, { type: 'TakeBack', returned }, context);
  return { sequence };
}
