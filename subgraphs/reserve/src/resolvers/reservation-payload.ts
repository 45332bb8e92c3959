import type { Executed } from '@rentalbook/aggregate-store';
import { refusalIn } from '@rentalbook/sentences';
import type { Context } from '../context';
import { forgetReads } from '../loaders';
import type { ReservationView } from '../application/views';
import type { Refusal } from './types.generated';

/** The reservation that a command was about, or why it was refused. */
export async function reservationPayload(
  { loaders, reservations, tokens, language, parts }: Context,
  bookId: string | undefined,
  { outcome, sequence }: Executed,
  { mayBeRepeat = true }: { readonly mayBeRepeat?: boolean } = {},
): Promise<{ reservation: ReservationView | null; refusal: Refusal | null; consistencyToken: string }> {
  forgetReads(loaders);
  const positions = bookId !== undefined && sequence > 0 ? [{ source: 'reserve', key: bookId, sequence }] : [];
  parts.changed(positions);
  const consistencyToken = tokens.token(positions);
  if ('refused' in outcome)
    return { reservation: null, refusal: refusalIn(language, outcome.refused), consistencyToken };
  const id = outcome.accepted;
  // What was made for a repeat may have been changed by another process since.
  const made = mayBeRepeat ? undefined : reservations.justMade(id);
  if (made) loaders.reservation.prime(id, made);
  const reservation = made ?? (await loaders.reservation.load(id));
  return { reservation, refusal: null, consistencyToken };
}
