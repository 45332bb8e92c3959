import type { CommandContext, Executed } from '@rentalbook/aggregate-store';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { BookRentalsStore, Rentals } from './ports';
import { statusOf } from './rental-status';

export interface RentBookPorts {
  readonly store: BookRentalsStore;
  readonly rentals: Rentals;
  /** How long the reader waits for Reserve's decision, in milliseconds; afterwards the rental stays REQUESTED. */
  readonly decisionWaitMs: number;
}

/** Asks for the copy that is set aside, and waits a bounded time for Reserve to give it out or refuse. */
export async function rentBook(
  { store, rentals, decisionWaitMs }: RentBookPorts,
  bookId: string,
  member: { readonly userId: string; readonly userNm: string },
  context: CommandContext,
): Promise<Executed> {
  await store.arrival(bookId);
  const executed = await store.execute(bookId, { type: 'RentBook', bookId, member }, context);
  const { outcome } = executed;
  if ('refused' in outcome) return executed;

  const rentalId = outcome.accepted;
  const decision = async () => {
    const [rental] = await rentals.byIds([rentalId]);
    return rental && statusOf(rental) !== 'REQUESTED' ? rental : undefined;
  };
  const isAboutIt = ({ data }: RentalbookEvent) => 'rentalId' in data && data.rentalId === rentalId;
  await store.changes.until(bookId, decisionWaitMs, decision, isAboutIt);
  return executed;
}
