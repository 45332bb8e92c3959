import type { AggregateDocument, AggregateModel } from '@rentalbook/aggregate-store';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { joinReadsById } from '@rentalbook/read-models';
import type { Logger } from '@rentalbook/service-kit';
import { trusted, type Connection } from 'mongoose';
import type { Catalogue } from '../application/ports';
import type { BookView } from '../application/views';
import type { CatalogueBook } from '../domain/catalogue-book';
import { listingsIn, type ListingInProgress } from './listings';

type Row = Pick<AggregateDocument<CatalogueBook>, '_id' | 'state' | 'sequence' | 'seen'>;

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
  const rowsById = joinReadsById((ids) =>
    model.find({ _id: trusted({ $in: ids }) }, { state: 1, sequence: 1, seen: 1 }).lean<Row[]>(),
  );
  const byIds = async (ids: readonly string[]): Promise<readonly BookView[]> => (await rowsById(ids)).flatMap(toView);
  return {
    byIds,
    project: listings.project,
    prepare: listings.prepare,
    keepListed: listings.keepListed,

    async slice(slice, search) {
      const ids = await listings.slice(slice, search);
      return ids.length === 0 ? [] : byIds(ids);
    },
  };
}

function toView({ state: { title, copies }, sequence, seen }: Row): BookView[] {
  return title ? [{ ...title, copies, positions: { book: sequence, reserve: seen['reserve'] ?? 0 } }] : [];
}
