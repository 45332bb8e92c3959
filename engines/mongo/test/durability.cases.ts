import { bundleServer, endServer, failingServer, startServer, type Bundle } from '@rentalbook/test-kit';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../src/store/journal';
import { connect, startEngine } from './support';

let bundle: Bundle;
let dataDir: string;
beforeAll(() => {
  bundle = bundleServer('mongo');
});
afterAll(() => {
  bundle.remove();
});
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'embedded-mongo-data-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a server that is killed', () => {
  it('has every write it acknowledged when it starts again, three times over', async () => {
    const acknowledged = new Map<string, number>();
    for (let round = 1; round <= 3; round += 1) {
      const server = await startServer(bundle, { DATA_DIR: dataDir });
      const { connection, fresh } = await connect(`mongodb://127.0.0.1:${server.port}`);
      const books = fresh();
      const seen = await books.find().toArray();
      const kept = new Map(seen.map(({ _id, n }) => [_id, Number(n)]));
      for (const [_id, n] of acknowledged) expect(kept.get(_id)).toBeGreaterThanOrEqual(n);

      let writes = 0;
      let killed: Promise<unknown> | undefined;
      const writer = async (id: string): Promise<void> => {
        for (;;) {
          const n = (acknowledged.get(id) ?? 0) + 1;
          await books.updateOne({ _id: id }, { $max: { n }, $set: { round } }, { upsert: true });
          acknowledged.set(id, n);
          writes += 1;
          // Without the connection, no writer waits for the server to come back.
          if (writes === 300) killed = endServer(server.child, 'SIGKILL').then(() => connection.destroy());
        }
      };
      await Promise.allSettled(Array.from({ length: 10 }, (_, place) => writer(`book${place}`)));
      expect(writes).toBeGreaterThanOrEqual(300);
      await killed;
    }
  });

  it('has nothing of a collection that was dropped in the commit in which a document came into it', async () => {
    const journal = openJournal(dataDir, (error) => {
      throw error;
    });
    journal.saveCollection({ number: 1, namespace: 'test.dropped', indexes: [] });
    journal.saveDocument(1, 1, Buffer.from('a document'));
    journal.removeCollection(1);
    await journal.settled();
    expect([[...journal.collections()], [...journal.documents()]]).toEqual([[], []]);
    await journal.close();
  });

  it('has its indexes, its collections and the types of its values', async () => {
    const first = await startEngine({ dataDir });
    const books = first.fresh();
    await books.createIndex({ isbn: 1 }, { sparse: true }, undefined);
    await books.insertMany([
      { _id: 2, isbn: 'x' },
      { _id: 1, at: new Date(5) },
    ]);
    await first.db.collection('gone').insertOne({});
    await first.db.collection('gone').drop();
    await first.stop();

    const second = await startEngine({ dataDir });
    const kept = second.fresh();
    expect(await kept.find().toArray()).toEqual([
      { _id: 2, isbn: 'x' },
      { _id: 1, at: new Date(5) },
    ]);
    await expect(kept.createIndex({ isbn: 1 }, undefined, undefined)).rejects.toMatchObject({ code: 85 });
    expect((await second.db.listCollections().toArray()).map(({ name }) => name)).toEqual([kept.collectionName]);
    await second.stop();
  });
});

describe('the executable', () => {
  it('ends cleanly on SIGTERM and on SIGINT, and logs JSON lines', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const server = await startServer(bundle, { DATA_DIR: dataDir });
      expect(await endServer(server.child, signal)).toBe(0);
      for (const line of server.lines)
        expect(JSON.parse(line)).toEqual({
          level: 'info',
          time: expect.any(String) as string,
          service: 'embedded-mongo',
          msg: expect.any(String) as string,
        });
    }
  });

  it('ends when its parent goes away', async () => {
    const { child } = await startServer(bundle, {}, true);
    const exited = once(child, 'exit');
    child.disconnect();
    expect(await exited).toEqual([0, null]);
  });

  it('says in one sentence that its port is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const { code, stderr } = await failingServer(bundle, { PORT: String(port) });
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^Port ${port} is in use[^\\n]*$`));
    holder.close();
  });

  it.each([
    ['no port', {}, /^PORT is ""[^\n]*$/],
    ['a port that is none', { PORT: '70000' }, /^PORT is "70000"[^\n]*$/],
    ['a log level that is none', { PORT: '0', LOG_LEVEL: 'loud' }, /^LOG_LEVEL is "loud"[^\n]*$/],
  ])('says in one sentence that there is %s', async (_what, environment, sentence) => {
    const { code, stderr } = await failingServer(bundle, environment);
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
  });

  it('refuses a data folder that another server holds', async () => {
    const server = await startServer(bundle, { DATA_DIR: dataDir });
    const { code, stderr } = await failingServer(bundle, { PORT: '0', DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(stderr).toContain(dataDir);
    expect(stderr.split('\n')).toHaveLength(1);
    await endServer(server.child, 'SIGTERM');
  });
});
