import { connectDatabase } from '@rentalbook/mongo';
import { type EmbeddedMongo, startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import { GIVE_UP_AFTER_MS } from '@rentalbook/test-kit/eventually';
import type { Connection as MongoConnection } from 'mongoose';
import type {
  RentalDocument,
  ReservationDocument,
} from '../../subgraphs/mypage/src/projections/member-entries/member-entries.model';
import type { MemberEntries } from '../../subgraphs/mypage/src/projections/member-entries/member-entries.queries';
import { collectionOf, readModelVersion } from '../../subgraphs/mypage/src/projections/versions/read-model-version';

export const ignore = (): void => undefined;
export const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
export let mongo: EmbeddedMongo;
export let connection: MongoConnection;
export let entries: MemberEntries;

beforeAll(async () => {
  mongo = await startEmbeddedMongo({ port: 0 });
  connection = await connectDatabase(mongo.url, 'mypage', GIVE_UP_AFTER_MS, silent);
  const page = readModelVersion(connection, 0);
  await page.prepare();
  entries = page.entries;
});

afterAll(async () => {
  await connection.close();
  await mongo.close();
});

/** The database as another process has it; the caller closes it. */
export const connectElsewhere = (): Promise<MongoConnection> =>
  connectDatabase(mongo.url, 'mypage', GIVE_UP_AFTER_MS, silent);

/** The engine shares this process with its client, whose heartbeats have their turn between two portions. */
export function* portionsOf<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let from = 0; from < rows.length; from += 1_000) yield rows.slice(from, from + 1_000);
}

export const insert = async (rows: {
  readonly reservations: readonly ReservationDocument[];
  readonly rentals: readonly RentalDocument[];
}): Promise<void> => {
  const reservations = connection.collection<ReservationDocument>(collectionOf(0, 'reservations'));
  const rentals = connection.collection<RentalDocument>(collectionOf(0, 'rentals'));
  for (const some of portionsOf(rows.reservations)) await reservations.insertMany(some);
  for (const some of portionsOf(rows.rentals)) await rentals.insertMany(some);
};
