import { createHash } from 'node:crypto';
import type { ClientSession, Db, MongoClient } from 'mongodb';
import { BSON } from 'mongodb';
import { subgraphs } from '../../../services';
import { UsageError } from '../command';
import { OF_THE_TOPIC, type BackupLine } from './backup-format';
import { collectionNamesIn, databasesOf } from './databases';

const ATTEMPTS = 5;
/** Numbers stay what they are: a double that is whole does not become an integer. */
const AS_STORED = { promoteValues: false, promoteLongs: false } as const;
const { EJSON } = BSON;

/** The read concern of the connection would be taken otherwise, which is no snapshot. */
const ofTheSnapshot = (session: ClientSession) => ({ session, readConcern: { level: 'snapshot' } }) as const;

/** Every collection of the services that a backup has, in the order of their names. */
export async function collectionsOf(client: MongoClient, databasePrefix: string) {
  const all: { readonly service: string; readonly collection: string; readonly database: Db }[] = [];
  const databaseOf = databasesOf(client, databasePrefix);
  for (const service of subgraphs) {
    const database = databaseOf(service);
    const names = await collectionNamesIn(database);
    for (const collection of names.filter((name) => !OF_THE_TOPIC.includes(name)).sort())
      all.push({ service, collection, database });
  }
  return all;
}

/** All documents in the order of their ids. */
async function* documentsOf(
  client: MongoClient,
  databasePrefix: string,
  session?: ClientSession,
): AsyncGenerator<BackupLine> {
  for (const { service, collection, database } of await collectionsOf(client, databasePrefix))
    for await (const document of database
      .collection(collection)
      .find({}, { ...AS_STORED, ...(session && ofTheSnapshot(session)) })
      .sort({ _id: 1 }))
      yield { service, collection, document: EJSON.serialize(document, { relaxed: false }) };
}

const textOf = (line: BackupLine): string => JSON.stringify(line);

async function digestOf(lines: AsyncIterable<BackupLine>): Promise<string> {
  const sum = createHash('sha256');
  for await (const line of lines) sum.update(textOf(line));
  return sum.digest('hex');
}

/** Writes lines from the beginning again whenever it is called. */
export type WriteLines = (lines: AsyncIterable<BackupLine>) => Promise<void>;

/**
 * Reads all databases as they are at one moment. A replica set reads a snapshot; a standalone, which cannot, is read twice until both
 * readings are the same: between them nothing had changed. Throws {@link UsageError} when something always does.
 */
export async function readMoment(client: MongoClient, databasePrefix: string, write: WriteLines): Promise<void> {
  // The older name of `hello`, with which the driver greets: stand-ins for MongoDB know it alone.
  const hello = await client.db('admin').command({ ismaster: 1 });
  if (hello['setName'] !== undefined || hello['msg'] === 'isdbgrid') {
    await client.withSession({ snapshot: true }, async (session) => {
      await write(documentsOf(client, databasePrefix, session));
    });
    return;
  }
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const sum = createHash('sha256');
    await write(
      (async function* () {
        for await (const line of documentsOf(client, databasePrefix)) {
          sum.update(textOf(line));
          yield line;
        }
      })(),
    );
    if (sum.digest('hex') === (await digestOf(documentsOf(client, databasePrefix)))) return;
  }
  throw new UsageError(
    'The databases change while they are read, and this MongoDB is no replica set, which could read one moment: stop the services first, or use a replica set.',
  );
}
