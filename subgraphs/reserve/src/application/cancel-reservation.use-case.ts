import { refuse, type CommandContext, type Executed } from '@rentalbook/aggregate-store';
import type { ReservationView } from '../persistence/reservation.model';
import type { Circulation, Reservations } from './ports';

/** Gives a reservation up. `mayCancel` throws when the caller may not touch this member's reservations. */
export async function cancelReservation(
  { circulation, reservations }: { circulation: Circulation; reservations: Reservations },
  { reservationId, by, reason }: { reservationId: string; by: string; reason: string },
  mayCancel: (reservation: ReservationView) => void,
  context: CommandContext,
): Promise<Executed & { readonly bookId: string | undefined }> {
  const [reservation] = await reservations.byIds([reservationId]);
  if (!reservation) {
    const refusal = refuse(
      'RESERVATION_NOT_FOUND',
      'There is no such reservation.',
      'A reservation is cancelled by the id it was given.',
    );
    return { ...(await circulation.decline(reservationId, refusal, context)), bookId: undefined };
  }
  mayCancel(reservation);
  const { bookId } = reservation;
  const executed = await circulation.execute(bookId, { type: 'CancelReservation', reservationId, by, reason }, context);
  return { ...executed, bookId };
}
