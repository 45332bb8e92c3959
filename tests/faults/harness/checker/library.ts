import type { AggregateDocument } from '@rentalbook/aggregate-store';
import { parkedKeysIn } from '@rentalbook/service-kit/engines';
import { connectDatabase, mongoSecurityOf } from '@rentalbook/mongo';
import { GIVE_UP_AFTER_MS } from '@rentalbook/test-kit/eventually';
import type { Connection } from 'mongoose';
import { collectionOf } from '../../../../subgraphs/mypage/src/projections/versions/read-model-version';
import { versionPointerIn } from '../../../../subgraphs/mypage/src/projections/versions/version-pointer';
import type { BookRentals } from '../../../../subgraphs/rental/src/domain/book-rentals';
import type { BookCirculation } from '../../../../subgraphs/reserve/src/domain/book-circulation';
import type { FaultySystem } from '../../../harness/system/faulty-system';
import type { StoredView, StoredViews } from './views';
import { subgraphs } from '../../../../tools/services';

/** What the services keep about one book, as it is stored. */
export interface Documents {
  readonly book: AggregateDocument | undefined;
  readonly reserve: AggregateDocument<BookCirculation> | undefined;
  readonly rental: AggregateDocument<BookRentals> | undefined;
  /** How far the page is in each of the book's streams. */
  readonly checkpoints: Readonly<Record<'book' | 'reserve' | 'rental', number>>;
}

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
function ignore(): void {
  // What cannot be read fails the look.
}
const collectionIn = <Row extends object>(connection: Connection, name: string) =>
  connection.getClient().db(connection.name).collection<Row>(name);

/** Reads the services' databases past the services, through no proxy. */
export async function openLibrary({
  mongoUrl,
  security,
  databasePrefix = 'rentalbook-',
}: Pick<FaultySystem, 'mongoUrl' | 'security'> & { readonly databasePrefix?: string }) {
  const connect = (service: string): Promise<Connection> =>
    connectDatabase(mongoUrl, `${databasePrefix}${service}`, GIVE_UP_AFTER_MS, silent, () =>
      mongoSecurityOf(security, mongoUrl),
    );
  const [book, reserve, rental, mypage] = await Promise.all([
    connect('book'),
    connect('reserve'),
    connect('rental'),
    connect('mypage'),
  ]);
  const connections = { book, reserve, rental, mypage };
  const pointer = versionPointerIn(mypage);

  const aggregatesOf = async <State>(connection: Connection, ids: readonly string[]) => {
    const found = await collectionIn<AggregateDocument<State>>(connection, 'aggregates')
      .find({ _id: { $in: [...ids] } })
      .toArray();
    return new Map(found.map((document) => [document._id, document as AggregateDocument<State>]));
  };

  return {
    connections,

    async documents(bookIds: readonly string[]): Promise<ReadonlyMap<string, Documents>> {
      const { active } = await pointer.read();
      const [books, circulations, rentals, checkpoints] = await Promise.all([
        aggregatesOf(book, bookIds),
        aggregatesOf<BookCirculation>(reserve, bookIds),
        aggregatesOf<BookRentals>(rental, bookIds),
        collectionIn<{ _id: string; seq: number }>(mypage, collectionOf(active, 'positions'))
          .find({ _id: { $in: bookIds.flatMap((id) => [`book/${id}`, `reserve/${id}`, `rental/${id}`]) } })
          .toArray(),
      ]);
      const checkpointOf = new Map(checkpoints.map(({ _id, seq }) => [_id, seq]));
      return new Map(
        bookIds.map((id) => [
          id,
          {
            book: books.get(id),
            reserve: circulations.get(id),
            rental: rentals.get(id),
            checkpoints: {
              book: checkpointOf.get(`book/${id}`) ?? 0,
              reserve: checkpointOf.get(`reserve/${id}`) ?? 0,
              rental: checkpointOf.get(`rental/${id}`) ?? 0,
            },
          },
        ]),
      );
    },

    /** What Reserve and Rental show of these books' reservations and rentals. */
    async views(bookIds: readonly string[]): Promise<StoredViews> {
      const viewsIn = (connection: Connection, collection: string): Promise<StoredView[]> =>
        collectionIn<StoredView>(connection, collection)
          .find({ bookId: { $in: [...bookIds] } })
          .toArray();
      const [reservations, rentals] = await Promise.all([viewsIn(reserve, 'reservations'), viewsIn(rental, 'rentals')]);
      return { reservations, rentals };
    },

    /** The keys that any consumer of any service parked. */
    async parked() {
      return (await Promise.all(subgraphs.map((service) => parkedKeysIn(connections[service]).all()))).flat();
    },

    async close(): Promise<void> {
      await Promise.all(subgraphs.map((service) => connections[service].close()));
    },
  };
}

export type Library = Awaited<ReturnType<typeof openLibrary>>;
