import type { Documents } from './library';
import { owners } from '../../../../tools/services';

/** What of a book is still under way; nothing once the system is level. */
export function underWay(bookId: string, { book, reserve, rental, checkpoints }: Documents): readonly string[] {
  if (!book) return [`${bookId} is not in the catalogue's database`];
  const lengths = { book: book.sequence, reserve: reserve?.sequence ?? 0, rental: rental?.sequence ?? 0 };
  const behind = (who: string, checkpoint: number | undefined, source: keyof typeof lengths): string[] =>
    (checkpoint ?? 0) === lengths[source]
      ? []
      : [`${who} consumed ${source} #${String(checkpoint ?? 0)} of #${String(lengths[source])} of ${bookId}`];
  const waiting = Object.entries({ book, reserve, rental }).flatMap(([service, document]) => {
    const unsent = document?.outbox.length ?? 0;
    const parked = document?.unsendable ? [`the outbox of ${service} is parked for ${bookId}`] : [];
    return unsent > 0 ? [...parked, `${String(unsent)} events of ${service} about ${bookId} are unsent`] : parked;
  });
  const undecided = (rental?.state.open ?? []).filter(({ copyId, decideBy }) => copyId === null || decideBy !== null);
  return [
    ...waiting,
    ...behind('Reserve', reserve?.seen['book'], 'book'),
    ...behind('Reserve', reserve?.seen['rental'], 'rental'),
    ...behind('Rental', rental?.seen['book'], 'book'),
    ...behind('Rental', rental?.seen['reserve'], 'reserve'),
    ...behind('Book', book.seen['reserve'], 'reserve'),
    ...owners.flatMap((source) => behind('MyPage', checkpoints[source], source)),
    ...undecided.map(({ rentalId }) => `the rental ${rentalId} of ${bookId} is requested and not decided`),
  ];
}
