import { tailMessages } from '@rentalbook/messaging';
import { bundleServer, endServer, eventually, failingServer, startServer, type Bundle } from '@rentalbook/test-kit';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedKafka } from '../src/index';
import { errorCode } from '../src/protocol/error-codes';
import { commit, createClient } from './support';

let bundle: Bundle;
let dataDir: string;
beforeAll(() => {
  bundle = bundleServer('kafka');
});
afterAll(() => {
  bundle.remove();
});
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'embedded-kafka-data-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

const TOPIC = 'books';
const WRITERS = 4;
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** What the topic holds from its beginning on, by key, once that is at least so many messages. */
async function contents(brokers: string, least: number): Promise<ReadonlyMap<string | null, readonly number[]>> {
  const found = new Map<string | null, number[]>();
  let count = 0;
  const watching = await tailMessages({
    brokers: [brokers],
    clientId: 'reader',
    log,
    topic: TOPIC,
    fromNow: false,
    onMessage: ({ key, value }) => {
      found.set(key, [...(found.get(key) ?? []), Number(value?.toString())]);
      count += 1;
    },
  });
  await eventually(() => count >= least, { what: 'the records of the rounds before' });
  await watching.close();
  return found;
}

describe('a broker that is killed while it is written to', () => {
  it('has every record and every group offset that it acknowledged, three times over', async () => {
    const acknowledged = new Map<string, number>();
    const committed = new Map<string, number>();
    for (let round = 0; round <= 3; round += 1) {
      const server = await startServer(bundle, { DATA_DIR: dataDir });
      const brokers = `127.0.0.1:${server.port}`;
      // kafkajs learns of a coordinator only by trying again.
      const admin = createClient(brokers, 3).admin();
      const producer = createClient(brokers).producer({ maxInFlightRequests: WRITERS });
      await Promise.all([admin.connect(), producer.connect()]);
      if (round === 0) await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: WRITERS }] });
      else {
        const kept = await contents(
          brokers,
          [...acknowledged.values()].reduce((sum, n) => sum + n, 0),
        );
        for (const [key, last] of acknowledged)
          expect(kept.get(key)).toEqual(expect.arrayContaining(Array.from({ length: last }, (_, n) => n + 1)));
        for (const [groupId, offset] of committed) {
          const [topic] = await admin.fetchOffsets({ groupId, topics: [TOPIC] });
          expect(Number(topic?.partitions[0]?.offset)).toBeGreaterThanOrEqual(offset);
        }
      }
      if (round === 3) {
        await Promise.all([admin.disconnect(), producer.disconnect()]);
        await endServer(server.child, 'SIGTERM');
        break;
      }

      let writes = 0;
      let killed: Promise<unknown> | undefined;
      const countWrite = (): void => {
        writes += 1;
        if (writes === 200) killed = endServer(server.child, 'SIGKILL');
      };
      const write = async (partition: number): Promise<void> => {
        const key = `book${partition}`;
        const groupId = `group${partition}`;
        for (;;) {
          const n = (acknowledged.get(key) ?? 0) + 1;
          await producer.send({ topic: TOPIC, messages: [{ partition, key, value: String(n) }] });
          acknowledged.set(key, n);
          countWrite();
          const error = await commit(server.port, groupId, { topic: TOPIC, partition: 0, offset: n });
          if (error !== errorCode.NONE) return;
          committed.set(groupId, n);
          countWrite();
        }
      };
      await Promise.allSettled(Array.from({ length: WRITERS }, (_, partition) => write(partition)));
      expect(writes).toBeGreaterThanOrEqual(200);
      await killed;
      await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
    }
  });
});

describe('a data folder', () => {
  it('is refused in one sentence while another broker holds it', async () => {
    const server = await startServer(bundle, { DATA_DIR: dataDir });
    const { code, stderr } = await failingServer(bundle, { PORT: '0', DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The data folder [^\n]+ cannot be used [^\n]+another broker[^\n]+$/);
    expect(stderr).toContain(dataDir);
    await endServer(server.child, 'SIGTERM');
  });

  it('is free again for the same process as soon as its broker is closed', async () => {
    for (let round = 0; round < 3; round += 1) {
      const broker = await startEmbeddedKafka({ port: 0, dataDir });
      await expect(startEmbeddedKafka({ port: 0, dataDir })).rejects.toThrow(/another broker/);
      await broker.close();
    }
  });
});

describe('the executable', () => {
  it('ends cleanly on SIGTERM and on SIGINT, and logs JSON lines', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const server = await startServer(bundle, { DATA_DIR: dataDir });
      expect(await endServer(server.child, signal)).toBe(0);
      for (const line of server.lines)
        expect(JSON.parse(line)).toMatchObject({ level: 'info', service: 'embedded-kafka' });
    }
  });

  it('ends when its parent goes away', async () => {
    const { child } = await startServer(bundle, { DATA_DIR: dataDir }, true);
    const exited = once(child, 'exit');
    child.disconnect();
    expect(await exited).toEqual([0, null]);
  });

  it('says in one sentence that its port is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const { code, stderr } = await failingServer(bundle, { PORT: String(port), DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^Port ${port} [^\\n]*is in use[^\\n]*$`));
    holder.close();
  });

  it.each([
    ['a port that is none', { PORT: '70000', DATA_DIR: 'unused' }, /^Setting PORT: "70000"[^\n]*$/],
    ['no data folder', { PORT: '0' }, /^Setting DATA_DIR is missing[^\n]*$/],
  ])('says in one sentence that there is %s', async (_what, environment, sentence) => {
    const { code, stderr } = await failingServer(bundle, environment);
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
  });
});
