import type { CommandContext, Executed } from '@rentalbook/aggregate-store';
import { refuse } from '@rentalbook/decider';
import type { ReservationView } from './views';
import type { Circulation } from './ports';

/** Gives a reservation up; null for one that does not exist. Whether the caller may is the rule of the mutation in the SDL. */
export async function cancelReservation(
  circulation: Circulation,
  { reservationId, by, reason }: { reservationId: string; by: string; reason: string | undefined },
  reservation: ReservationView | null,
  context: CommandContext,
): Promise<Executed & { readonly bookId: string | undefined }> {
  if (!reservation) {
    const refusal = refuse('RESERVATION_NOT_FOUND', {}, 'RESERVATION_BY_ITS_ID');
    return { ...(await circulation.recordRefusal(reservationId, refusal, context)), bookId: undefined };
  }
  const { bookId } = reservation;
  const executed = await circulation.execute(bookId, { type: 'CancelReservation', reservationId, by, reason }, context);
  return { ...executed, bookId };
}
