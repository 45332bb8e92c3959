import type { CommandContext, Executed, Progress } from '@rentalbook/aggregate-store';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { BookRentalsStore, Rentals } from './ports';
import { statusOf } from './rental-status';
import type { RentalView } from './views';

export interface RentBookPorts {
  readonly store: BookRentalsStore;
  readonly rentals: Rentals;
  /**
   * How long after the request the answer waits for Reserve's decision, in milliseconds; then the rental stays REQUESTED.
   * The time of the commit counts, so that a busy service still answers within its callers' time limit.
   */
  readonly decisionWaitMs: number;
}

/** A rental that Reserve has decided, and how far the aggregate had consumed Reserve's events then. */
export interface DecidedRental {
  readonly rental: RentalView;
  readonly progress: Progress | undefined;
}

/** Asks for the copy that is set aside, and waits a bounded time for Reserve to give it out or refuse. */
export async function rentBook(
  { store, rentals, decisionWaitMs }: RentBookPorts,
  bookId: string,
  member: { readonly userId: string; readonly userNm: string },
  context: CommandContext,
): Promise<Executed & { readonly decided?: DecidedRental | undefined }> {
  const answerAt = Date.now() + decisionWaitMs;
  await store.waitForReplica(bookId);
  const executed = await store.execute(bookId, { type: 'RentBook', member }, context);
  const { outcome } = executed;
  if ('refused' in outcome) return executed;

  const rentalId = outcome.accepted;
  const decision = async (): Promise<DecidedRental | undefined> => {
    const [rental] = await rentals.byIds([rentalId]);
    if (!rental || statusOf(rental) === 'REQUESTED') return undefined;
    // The view shows Reserve's decision a moment before the aggregate has consumed it; a retry is decided only after both.
    const isConsumed = (progress: Progress | undefined): boolean =>
      (progress?.seen['reserve'] ?? 0) >= (rental.reserve?.seq ?? 0);
    const progress = await store.progress(bookId, isConsumed);
    return isConsumed(progress) ? { rental, progress } : undefined;
  };
  const concerns = ({ data }: RentalbookEvent) => 'rentalId' in data && data.rentalId === rentalId;
  // Only a repeat can find what was decided before it.
  const isThere = context.idempotency !== undefined;
  const leftMs = Math.max(0, answerAt - Date.now());
  return { ...executed, decided: await store.changes.until(bookId, leftMs, decision, { concerns, isThere }) };
}
