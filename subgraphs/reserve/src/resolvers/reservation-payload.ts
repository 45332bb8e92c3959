import type { Executed } from '@rentalbook/aggregate-store';
import { refusalIn } from '@rentalbook/sentences';
import type { Context } from '../context';
import type { ReservationView } from '../application/views';
import type { Refusal } from './types.generated';

/** The reservation that a command was about, or why it was refused. */
export async function reservationPayload(
  { loaders, tokens, language, parts }: Context,
  bookId: string | undefined,
  { outcome, sequence }: Executed,
): Promise<{ reservation: ReservationView | null; refusal: Refusal | null; consistencyToken: string }> {
  const positions = bookId !== undefined && sequence > 0 ? [{ source: 'reserve', key: bookId, sequence }] : [];
  parts.changed(positions);
  const consistencyToken = tokens.token(positions);
  if ('refused' in outcome)
    return { reservation: null, refusal: refusalIn(language, outcome.refused), consistencyToken };
  loaders.reservation.clear(outcome.accepted);
  const reservation = await loaders.reservation.load(outcome.accepted);
  return { reservation, refusal: null, consistencyToken };
}
