import { bundleServer, mountSmallDisk, startServer, endServer, type Bundle } from '@rentalbook/test-kit';
import { once } from 'node:events';
import { connect } from './support';

const disk = mountSmallDisk(8);
let bundle: Bundle;
beforeAll(() => {
  bundle = bundleServer('mongo');
});
afterAll(() => {
  bundle.remove();
  disk?.remove();
});
// Only root may mount; elsewhere there is no disk to fill.
const onSmallDisk = disk ? it : it.skip;

describe('a server on a full disk', () => {
  onSmallDisk(
    'ends with a sentence instead of acknowledging, and has every acknowledged write once there is room',
    async () => {
      const DATA_DIR = `${disk?.folder ?? ''}/mongo`;
      const server = await startServer(bundle, { DATA_DIR });
      const ended = once(server.child, 'exit');
      const { connection, db } = await connect(`mongodb://127.0.0.1:${server.port}`);
      const books = db.collection<{ _id: number; text: string }>('books');
      const text = 'x'.repeat(10_000);
      let acknowledged = 0;
      const insertNext = async (): Promise<void> => {
        await books.insertOne({ _id: acknowledged, text });
        acknowledged += 1;
      };
      for (let n = 0; n < 20; n += 1) await insertNext();
      disk?.fill();
      await expect(
        (async () => {
          for (let n = 0; n < 1_000; n += 1) await insertNext();
        })(),
      ).rejects.toThrow();
      expect(await ended).toEqual([1, null]);
      expect(server.lines.join('\n')).toContain('The data can no longer be written');
      await connection.destroy();

      disk?.makeRoom();
      const again = await startServer(bundle, { DATA_DIR });
      const second = await connect(`mongodb://127.0.0.1:${again.port}`);
      const kept = await second.db.collection<{ _id: number }>('books').find().sort({ _id: 1 }).toArray();
      expect(kept.map(({ _id }) => _id).slice(0, acknowledged)).toEqual([...Array(acknowledged).keys()]);
      // The one write whose outcome the client does not know may be there, whole.
      expect(kept.length - acknowledged).toBeLessThanOrEqual(1);
      await second.db.collection<{ _id: number }>('books').insertOne({ _id: 5_000 });
      await second.connection.destroy();
      await endServer(again.child, 'SIGTERM');
    },
  );
});
