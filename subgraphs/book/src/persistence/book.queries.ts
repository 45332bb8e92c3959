import type { AggregateDocument, AggregateModel } from '@rentalbook/aggregate-store';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { Logger } from '@rentalbook/service-kit';
import { trusted, type Connection } from 'mongoose';
import type { Catalogue } from '../application/ports';
import type { BookView } from '../application/views';
import type { CatalogueBook } from '../domain/catalogue-book';
import { listingsIn, type ListingInProgress } from './listings';

type Row = Pick<AggregateDocument<CatalogueBook>, 'state' | 'sequence' | 'seen'>;

/** A book never closes, so it is read from the documents in which it is decided; its listing is what the catalogue is sorted and searched by. */
export function catalogueIn(
  connection: Connection,
  model: AggregateModel,
): Catalogue & {
  project(events: readonly RentalbookEvent[]): Promise<void>;
  prepare(): Promise<void>;
  keepListed(log: Logger): ListingInProgress;
} {
  const listings = listingsIn(connection, model);
  const byIds = async (ids: readonly string[]): Promise<readonly BookView[]> => {
    const found = await model
      .find({ _id: trusted({ $in: [...ids] }) }, { state: 1, sequence: 1, seen: 1 })
      .lean<Row[]>();
    return found.flatMap(toView);
  };
  return {
    byIds,
    project: listings.project,
    prepare: listings.prepare,
    keepListed: listings.keepListed,

    async slice(slice, search) {
      const ids = await listings.slice(slice, search);
      if (ids.length === 0) return [];
      const views = new Map((await byIds(ids)).map((view) => [view.bookId, view]));
      return ids.flatMap((id) => views.get(id) ?? []);
    },
  };
}

function toView({ state: { title, copies }, sequence, seen }: Row): BookView[] {
  return title ? [{ ...title, copies, positions: { book: sequence, reserve: seen['reserve'] ?? 0 } }] : [];
}
