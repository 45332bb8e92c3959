import { eventually, newDataFolder } from '@rentalbook/test-kit';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import mongoose, { type Connection } from 'mongoose';
import { backupsIn } from '../../tools/cli/src/backup/backup-folder';
import { restoreSystem } from '../../tools/cli/src/backup/restore-system';
import { takeBackup } from '../../tools/cli/src/backup/take-backup';
import { startSnapshotProxy } from '../harness/snapshot-proxy';
import { bookStream, messageOf, startEngines, subscriberOf, TOPIC, type Engines } from './consumer-under-test';

const { Double, Int32, Long } = mongoose.mongo;
const prefixes = { MONGO_DATABASE_PREFIX: 'rentalbook-', KAFKA_GROUP_PREFIX: '' };
const event = (seq: number) => ({ id: `event-${String(seq)}`, data: {} });
const entry = (seq: number) => ({ seq, event: event(seq), traceparent: 'of the decision' });
const aggregate = (_id: string, parts: object = {}) => ({
  ...{ _id, version: 1, revision: 3, sequence: 0, state: {}, outbox: [], seen: {}, commands: [], answeredThrough: 0 },
  ...parts,
});

describe('a backup of all databases', () => {
  let engines: Engines;
  let connection: Connection;
  const folder = newDataFolder();
  const of = (service: string) => connection.useDb(`rentalbook-${service}`, { useCache: true });
  const collection = (service: string, name: string) => of(service).collection<{ _id: string }>(name);
  const engine = () => ({ brokers: engines.brokers.join(), topic: TOPIC, mongoUrl: engines.mongo.url, security: {} });
  const take = () => takeBackup(folder, engine(), prefixes);
  const restore = (file: string, mayReplace = false) => restoreSystem(file, engine(), prefixes, mayReplace);

  beforeAll(async () => {
    engines = await startEngines();
    connection = await mongoose.createConnection(engines.mongo.url).asPromise();
  });
  afterAll(async () => {
    await connection.close();
    await engines.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    for (const service of ['book', 'reserve', 'rental', 'mypage'])
      for (const { name } of await of(service).listCollections()) await of(service).dropCollection(name);
    await engines.createTopic();
  });
  const insert = (service: string, name: string, ...documents: readonly { readonly _id: string }[]) =>
    collection(service, name).insertMany([...documents]);

  it('gives every document back as it was, with the types of its numbers, and nothing that came later', async () => {
    const typed = { _id: 'k', int: new Int32(3), double: new Double(3), long: Long.fromString('9007199254740993') };
    await insert('rental', 'rentals', { ...typed, at: new Date(5), nothing: null, list: [{ a: 1 }] } as {
      _id: string;
    });
    await insert('mypage', 'mypage_versions', { _id: 'mypage' });
    const raw = async () =>
      collection('rental', 'rentals').find({}, { promoteValues: false, promoteLongs: false }).toArray();
    const before = await raw();
    const { file, documents } = await take();
    expect(documents).toBe(2);
    await insert('rental', 'rentals', { _id: 'later' });
    await insert('reserve', 'parked', { _id: 'of the old topic' });
    await restore(file, true);
    expect(await raw()).toEqual(before);
    expect(await of('reserve').listCollections()).toEqual([]);
  });

  it('has the events sent again that a follower had not consumed, and no other', async () => {
    await insert(
      'book',
      'aggregates',
      aggregate('emma', { sequence: 4, outbox: [entry(4)], pendingSince: new Date(1) }),
      aggregate('orlando', { sequence: 2 }),
    );
    await insert(
      'book',
      'events',
      ...[1, 2, 3].map((seq) => ({ _id: `emma/${String(seq).padStart(12, '0')}`, event: event(seq) })),
      ...[1, 2].map((seq) => ({ _id: `orlando/${String(seq).padStart(12, '0')}`, event: event(seq) })),
    );
    await insert(
      'reserve',
      'aggregates',
      aggregate('emma', { seen: { book: 1 } }),
      aggregate('orlando', { seen: { book: 2 } }),
    );
    await insert(
      'rental',
      'aggregates',
      aggregate('emma', { seen: { book: 3 } }),
      aggregate('orlando', { seen: { book: 2 } }),
    );
    const positions = ['emma', 'orlando'].map((key) => ({ _id: `book/${key}`, seq: key === 'emma' ? 3 : 2 }));
    await insert('mypage', 'mypage_v2_positions', ...positions);
    await insert('mypage', 'mypage_versions', { _id: 'mypage', ...{ active: 2 } });
    const { file } = await take();
    const { sent } = await restore(file, true);
    expect(sent).toBe(2);
    const outboxOf = async (key: string) => {
      const found = await collection('book', 'aggregates').findOne({ _id: key });
      return (found as unknown as { outbox: { seq: number; event: object }[] }).outbox;
    };
    expect((await outboxOf('emma')).map(({ seq, event: sentAgain }) => [seq, sentAgain])).toEqual([
      [2, event(2)],
      [3, event(3)],
      [4, event(4)],
    ]);
    expect(await outboxOf('orlando')).toEqual([]);
  });

  it('of a replica set reads every collection once, at the moment of the first read, while writers go on', async () => {
    await insert('book', 'aggregates', aggregate('emma'));
    await insert('rental', 'rentals', { _id: 'one' });
    const proxy = await startSnapshotProxy(portOf(engines.mongo.url));
    const ofTheSet = { ...engine(), mongoUrl: proxy.url };
    const { documents } = await takeBackup(folder, ofTheSet, prefixes);
    await proxy.close();
    expect(documents).toBe(2);
    const atClusterTime = expect.anything() as unknown;
    // The first read is that of the connection.
    expect(proxy.readConcerns.slice(1)).toEqual([{ level: 'snapshot' }, { level: 'snapshot', atClusterTime }]);
  });

  it('is not taken of a standalone that changes all the time, and is no backup before both readings are the same', async () => {
    await insert('book', 'aggregates', aggregate('emma'));
    const empty = newDataFolder();
    const over = new AbortController();
    // What a process that is killed would leave behind.
    const left = new Set<string>();
    const writing = (async () => {
      while (!over.signal.aborted) {
        await of('book')
          .collection<{ _id: string; revision: number }>('aggregates')
          .updateOne({ _id: 'emma' }, { $inc: { revision: 1 } });
        for (const name of readdirSync(empty)) left.add(name);
      }
    })();
    const refused = expect(takeBackup(empty, engine(), prefixes)).rejects.toThrow(
      /^The databases change while they are read, .* stop the services first/,
    );
    await refused.finally(() => {
      over.abort();
    });
    await writing;
    expect(backupsIn([...left])).toEqual([]);
    expect(left.size).toBe(1);
    expect(readdirSync(empty)).toEqual([]);
    rmSync(empty, { recursive: true });
  });

  it('is restored only where nothing is lost, or with consent, and makes the topic anew', async () => {
    await insert('book', 'aggregates', aggregate('emma'));
    const { file } = await take();
    await engines.outside.publish(TOPIC, bookStream('emma', 1).map(messageOf));
    await expect(restore(file)).rejects.toThrow(
      /^The databases of book hold documents, and the topic \d+ records, .*--replace/,
    );
    await restore(file, true);
    await engines.createTopic();
    const { sent } = await restore(file, true);
    expect(sent).toBe(0);
  });

  it('is not restored while a service consumes the topic', async () => {
    await insert('book', 'aggregates', aggregate('emma'));
    const { file } = await take();
    let consumed = 0;
    const subscriber = subscriberOf(engines, 'reserve', (run) => {
      consumed += run.length;
      return Promise.resolve([]);
    });
    await subscriber.start();
    await engines.outside.publish(TOPIC, bookStream('emma', 1).map(messageOf));
    await eventually(() => consumed > 0);
    await expect(restore(file, true)).rejects.toThrow(/^reserve still runs; .*--replicas=0\. Nothing was changed\.$/);
    await subscriber.close();
  });

  it('of another form, or damaged, is refused before anything is changed', async () => {
    await insert('book', 'aggregates', aggregate('emma'));
    const { file } = await take();
    const text = gunzipSync(readFileSync(file)).toString();
    const [header = '', ...rest] = text.split('\n');
    const written = (content: string): string => {
      const other = `${file}.other`;
      writeFileSync(other, gzipSync(content));
      return other;
    };
    const sealed = (lines: readonly string[]): string => {
      const body = lines.map((line) => `${line}\n`).join('');
      const sha256 = createHash('sha256').update(body).digest('hex');
      return `${body}${JSON.stringify({ documents: lines.length - 1, sha256 })}\n`;
    };
    const ofUnknown = JSON.stringify({ service: 'loans', collection: 'aggregates', document: { _id: 'emma' } });
    await expect(restore(written(sealed([header, ...rest.slice(0, -2), ofUnknown])), true)).rejects.toThrow(
      /has documents of "loans", which is no service; nothing was changed\.$/,
    );
    const newer = JSON.stringify({ ...(JSON.parse(header) as object), release: '9.0.0', version: 2 });
    await expect(restore(written([newer, ...rest].join('\n')), true)).rejects.toThrow(
      /was written by release 9\.0\.0, .*nothing was changed\. Restore it with the tools of release 9\.0\.0\.$/,
    );
    await expect(restore(written(text.replace('emma', 'anna')), true)).rejects.toThrow(/is damaged or incomplete/);
    await expect(restore(written(text.slice(0, -40)), true)).rejects.toThrow(/is damaged or incomplete/);
    writeFileSync(`${file}.other`, readFileSync(file).subarray(0, 60));
    await expect(restore(`${file}.other`, true)).rejects.toThrow(/is damaged or incomplete/);
    writeFileSync(`${file}.other`, 'no gzip');
    await expect(restore(`${file}.other`, true)).rejects.toThrow(/is damaged or incomplete/);
    await expect(restore(`${file}.none`, true)).rejects.toThrow(/^There is no backup .*--list/);
    expect(await collection('book', 'aggregates').countDocuments()).toBe(1);
  });
});

const portOf = (url: string): number => Number(new URL(url).port);
