import { connectDatabase, mongoSecurityOf } from '@rentalbook/mongo';
import type { Db, MongoClient } from 'mongodb';
import type { EnginesInUse } from '../engines-in-use';
import { noopLogger } from '../noop-logger';

const REACHABLE_WITHIN_MS = 5_000;

/** A connection to the MongoDB of all services. */
export const connectToServices = (
  { mongoUrl, security }: Pick<EnginesInUse, 'mongoUrl' | 'security'>,
  databasePrefix: string,
): ReturnType<typeof connectDatabase> =>
  connectDatabase(mongoUrl, `${databasePrefix}book`, REACHABLE_WITHIN_MS, noopLogger, () =>
    mongoSecurityOf(security, mongoUrl),
  );

export type DatabaseOf = (service: string) => Db;

export const databasesOf =
  (client: MongoClient, databasePrefix: string): DatabaseOf =>
  (service) =>
    client.db(`${databasePrefix}${service}`);

/** The collections of a database, without those of MongoDB itself. */
export async function collectionNamesIn(database: Db): Promise<readonly string[]> {
  const listed = await database.listCollections({}, { nameOnly: true }).toArray();
  return listed.map(({ name }) => name).filter((name) => !name.startsWith('system.'));
}
