import type { Outcome } from '@rentalbook/aggregate-store';
import { rejectionOf } from '../application/rental-status';
import type { Context } from '../context';
import type { RentalView } from '../application/views';
import type { Refusal } from './types.generated';

/**
 * The rental that a command was about, or why not: refused here, or rejected by Reserve. The token covers both streams,
 * Reserve's as far as it was consumed here or given by its answer (`reserveSequence`).
 */
export async function rentalPayload(
  { rentals, ports, tokens }: Context,
  bookId: string | undefined,
  outcome: Outcome,
  reserveSequence = 0,
): Promise<{ rental: RentalView | null; refusal: Refusal | null; consistencyToken: string }> {
  // Before the record: the token covers at least what the answer shows.
  const rental = 'accepted' in outcome ? await rentals.clear(outcome.accepted).load(outcome.accepted) : null;
  const record = bookId === undefined ? undefined : await ports.store.progress(bookId);
  const consistencyToken = tokens.token(
    bookId === undefined || !record
      ? []
      : [
          { source: 'rental', key: bookId, sequence: record.sequence },
          {
            source: 'reserve',
            key: bookId,
            sequence: Math.max(record.seen['reserve'] ?? 0, rental?.reserve?.seq ?? 0, reserveSequence),
          },
        ],
  );
  if ('refused' in outcome) return { rental: null, refusal: outcome.refused, consistencyToken };
  const refusal = rental && rejectionOf(rental);
  return { rental: refusal ? null : rental, refusal, consistencyToken };
}
