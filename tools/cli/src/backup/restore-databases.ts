import { BSON, type Document } from 'mongodb';
import { subgraphs } from '../../../services';
import { readBackup } from './backup-file';
import { collectionNamesIn, type DatabaseOf } from './databases';

const AT_ONCE = 500;
const { EJSON } = BSON;
/** What a service makes at its start: a database that has only these holds nothing yet. */
const MADE_AT_START = ['clock', 'mypage_versions', 'topic-positions', 'key_quotas'];

/** The services whose databases hold documents. */
export async function servicesWithData(databaseOf: DatabaseOf): Promise<readonly string[]> {
  const found: string[] = [];
  for (const service of subgraphs) {
    const database = databaseOf(service);
    const names = (await collectionNamesIn(database)).filter((name) => !MADE_AT_START.includes(name));
    const counts = await Promise.all(names.map((name) => database.collection(name).countDocuments({}, { limit: 1 })));
    if (counts.some((count) => count > 0)) found.push(service);
  }
  return found;
}

/** Replaces the databases by those of a backup that was checked. Indexes come with the next start of each service. */
export async function restoreDatabases(databaseOf: DatabaseOf, file: string): Promise<void> {
  for (const service of subgraphs) {
    const database = databaseOf(service);
    for (const name of await collectionNamesIn(database)) await database.dropCollection(name);
  }
  let waiting: Document[] = [];
  let place = '';
  const flush = async (): Promise<void> => {
    const [service = '', collection = ''] = place.split('/');
    if (waiting.length === 0) return;
    await databaseOf(service).collection(collection).insertMany(waiting, { ordered: false });
    waiting = [];
  };
  for await (const { service, collection, document } of readBackup(file)) {
    const here = `${service}/${collection}`;
    if (here !== place || waiting.length >= AT_ONCE) await flush();
    place = here;
    waiting.push(EJSON.deserialize(document, { relaxed: false }) as Document);
  }
  await flush();
}
