import type { CommandContext, Executed } from '@rentalbook/aggregate-store';
import { refuse } from '@rentalbook/decider';
import type { ReturnedCopy } from '@rentalbook/event-contracts';
import type { RentalView } from './views';
import type { BookRentalsStore, ReserveClient } from './ports';

export interface ReturnBookPorts {
  readonly store: BookRentalsStore;
  readonly reserveClient: ReserveClient;
  /**
   * How long after the request the answer waits for Reserve, in milliseconds. The time of the commit counts, so that a busy
   * service still answers within its callers' time limit.
   */
  readonly returnDeadlineMs: number;
}

/** The outcome of a return, and the last sequences of the two streams that it changed. */
export interface Returned extends Executed {
  readonly bookId: string | undefined;
  readonly reserveSequence: number | undefined;
}

/**
 * Returns a copy: first committed here, then reported to Reserve at once, so that the copy is free when the member gets
 * the answer. The rental is null when it does not exist. Whether the caller may is the rule of the mutation in the SDL.
 */
export async function returnBook(
  { store, reserveClient, returnDeadlineMs }: ReturnBookPorts,
  rentalId: string,
  rental: RentalView | null,
  context: CommandContext,
): Promise<Returned> {
  const answerAt = Date.now() + returnDeadlineMs;
  if (!rental) {
    const refusal = refuse('RENTAL_NOT_FOUND', {}, 'RENTAL_BY_ITS_ID');
    return {
      ...(await store.recordRefusal(rentalId, refusal, context)),
      bookId: undefined,
      reserveSequence: undefined,
    };
  }
  const { bookId } = rental;
  const copy = await copyOut(store, bookId, rentalId);
  const executed = await store.execute(bookId, { type: 'ReturnBook', rentalId }, context);
  const accepted = 'accepted' in executed.outcome;
  const leftMs = answerAt - Date.now();
  const reserveSequence =
    accepted && copy && leftMs > 0 ? await reserveClient.receiveReturnedCopy(copy, context, leftMs) : undefined;
  return { ...executed, bookId, reserveSequence };
}

/** The copy that is out for a rental; undefined once it is back. */
async function copyOut(store: BookRentalsStore, bookId: string, rentalId: string): Promise<ReturnedCopy | undefined> {
  const { book, open } = (await store.read(bookId))?.state ?? {};
  const rental = open?.find((one) => one.rentalId === rentalId);
  if (!book || typeof rental?.copyId !== 'string') return undefined;
  const { userId, userNm, copyId } = rental;
  return { rentalId, userId, userNm, bookId, bookNm: book.title, copyId };
}
