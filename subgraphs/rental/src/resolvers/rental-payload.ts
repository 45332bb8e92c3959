import type { RecordedOutcome } from '@rentalbook/aggregate-store';
import { refusalIn, rejectionIn } from '@rentalbook/sentences';
import { rejectionOf } from '../application/rental-status';
import type { DecidedRental } from '../application/rent-book.use-case';
import type { Context } from '../context';
import type { RentalView } from '../application/views';
import type { Refusal } from './types.generated';

/**
 * The rental that a command was about, or why not: refused here, or rejected by Reserve. The token covers both streams,
 * Reserve's as far as it was consumed here or given by its answer (`reserveSequence`).
 * What the command has read (`decided`) is not read again.
 */
export async function rentalPayload(
  { rentals, ports, tokens, language, parts }: Context,
  bookId: string | undefined,
  outcome: RecordedOutcome,
  {
    reserveSequence = 0,
    decided,
  }: { readonly reserveSequence?: number | undefined; readonly decided?: DecidedRental | undefined } = {},
): Promise<{ rental: RentalView | null; refusal: Refusal | null; consistencyToken: string }> {
  // Before the record: the token covers at least what the answer shows.
  const load = async (id: string) => decided?.rental ?? (await rentals.clear(id).load(id));
  const rental = 'accepted' in outcome ? await load(outcome.accepted) : null;
  const record = bookId === undefined ? undefined : (decided?.progress ?? (await ports.store.progress(bookId)));
  const positions =
    bookId === undefined || !record
      ? []
      : [
          { source: 'rental', key: bookId, sequence: record.sequence },
          {
            source: 'reserve',
            key: bookId,
            sequence: Math.max(record.seen['reserve'] ?? 0, rental?.reserve?.seq ?? 0, reserveSequence),
          },
        ];
  parts.changed(positions);
  const consistencyToken = tokens.token(positions);
  if ('refused' in outcome) return { rental: null, refusal: refusalIn(language, outcome.refused), consistencyToken };
  const rejection = rental && rejectionOf(rental);
  return {
    rental: rejection ? null : rental,
    refusal: rejection && rejectionIn(language, rejection),
    consistencyToken,
  };
}
