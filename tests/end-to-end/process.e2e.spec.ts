import { isAlive } from '@rentalbook/launcher';
import {
  accepted,
  eventually,
  freePorts,
  librarian,
  member,
  newDataFolder,
  runStart,
  serviceNames,
  startSystem,
  type System,
} from '@rentalbook/test-kit';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { entryOnceItShows } from './support/pages';

const titleOf = (pid: number): string =>
  readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
    .replaceAll('\0', ' ')
    .trim();

describe('a system that runs', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  it.each(serviceNames)('%s says that it lives and that it can work', async (name) => {
    const at = (path: string) => fetch(`http://localhost:${String(system.portOf(name))}${path}`);
    expect(await (await at('/healthz')).json()).toEqual({ status: 'ok' });
    expect(await (await at('/readyz')).json()).toEqual({ status: 'ready' });
  });

  it('shows each service by its name in the list of processes', () => {
    for (const name of serviceNames) expect(titleOf(system.pidOf(name))).toBe(`rentalbook-${name}`);
  });

  it.each(serviceNames)('starts %s again when it is killed', async (name) => {
    const killed = system.kill(name, 'SIGKILL');
    await eventually(() => (system.pids()[name] ?? killed) !== killed, { what: `${name} again` });
    await system.untilReady(name);
  });
});

describe('a program', () => {
  const root = join(__dirname, '../..');
  it.each([
    ...['book', 'reserve', 'rental', 'mypage'].map((service) => `subgraphs/${service}/dist/main.js`),
    ...['router/dist/main.js', 'subgraphs/mypage/dist/rebuild.js'],
    ...['packages/embedded-kafka/dist/main.js', 'packages/embedded-mongo/dist/main.js'],
  ])('as %s starts from the code that was kept when it was built', (file) => {
    const env = { NODE_DEBUG: 'code-cache', PORT: 'none' };
    const { stderr } = spawnSync(process.execPath, [join(root, file)], { encoding: 'utf8', env });
    expect(stderr).toMatch(/CODE-CACHE \d+: from the cache/);
  });

  it.each([
    [
      { KAFKA_SSL_CA_FILE: '/no/ca.pem' },
      'Setting KAFKA_SSL_CA_FILE needs TLS; set KAFKA_SSL=true, or unset KAFKA_SSL_CA_FILE.',
    ],
    [
      { MONGO_USERNAME: 'reader' },
      'Setting MONGO_PASSWORD_FILE is missing; MONGO_USERNAME needs the file of a password.',
    ],
  ])('that is built ends with exit 1 and one sentence for %j', (wrong, sentence) => {
    const env = {
      IDENTITY_SECRET: 'x'.repeat(32),
      KAFKA_BROKERS: '127.0.0.1:1',
      MONGO_URL: 'mongodb://127.0.0.1:1',
      ...wrong,
    };
    const service = spawnSync(process.execPath, [join(root, 'subgraphs/book/dist/main.js')], { encoding: 'utf8', env });
    expect([service.status, service.stderr]).toEqual([1, `${sentence}\n`]);
  });
});

describe('a system that ends', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('takes every process with it on %s', async (signal) => {
    const system = await startSystem();
    const pids = Object.values(system.pids());
    expect(pids.length).toBeGreaterThanOrEqual(serviceNames.length);
    expect(await system.stop(signal)).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('a restart wipes the in-memory databases: here what was kept is there, until --fresh forgets it', async () => {
    const dataDir = newDataFolder();
    try {
      const first = await startSystem({ dataDir, engines: 'embedded' });
      const bookId = accepted(await (await librarian(first)).addBook('Kept', 1)).id;
      accepted(await (await member(first, 'alice')).reserve(bookId));
      await first.stop();

      const again = await startSystem({ dataDir, engines: 'embedded' });
      const alice = await member(again, 'alice');
      await entryOnceItShows(alice, 'Kept', { status: 'READY' });
      expect(accepted(await alice.rent(bookId)).status).toBe('ACTIVE');
      await again.stop();

      const fresh = await startSystem({ dataDir, engines: 'embedded', args: ['--fresh'] });
      const nobodyYet = await member(fresh, 'alice');
      expect(await nobodyYet.book(bookId)).toBeNull();
      expect((await nobodyYet.page()).entries).toEqual([]);
      await fresh.stop();
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

describe('a start that cannot succeed says why in one sentence and exits 1', () => {
  const expectSentence = (stderr: string, sentence: RegExp): void => {
    const said = stderr.split('\n').filter((line) => line !== '' && !/^(Building|Built|Another command)/.test(line));
    expect(said).toEqual([expect.stringMatching(sentence)]);
  };

  it('a port in use', async () => {
    const taken: Server = createServer();
    const [port = 0] = await freePorts(1);
    await new Promise<void>((listening) => {
      taken.listen(port, '127.0.0.1', listening);
    });
    const { exitCode, stderr } = await runStart({ env: { RESERVE_PORT: String(port) } });
    taken.close();
    expect(exitCode).toBe(1);
    expectSentence(stderr, new RegExp(`^Port ${String(port)} \\(RESERVE_PORT\\) is in use .*set RESERVE_PORT\\.$`));
  });

  it.each([
    [{ LOG_LEVEL: 'loud' }, /^Setting LOG_LEVEL: "loud" does not fit: /],
    [{ KAFKA_BROKERS: 'nowhere' }, /^Setting KAFKA_BROKERS: "nowhere" does not fit: /],
    [{ KAFKA_BROKERS: '127.0.0.1:1' }, /^Kafka at 127\.0\.0\.1:1 cannot be reached; .*KAFKA_BROKERS/],
    [{ MONGO_URL: 'mongodb://127.0.0.1:1' }, /^MongoDB at mongodb:\/\/127\.0\.0\.1:1 cannot be reached; .*MONGO_URL/],
  ])('%j', async (env, sentence) => {
    const { exitCode, stderr } = await runStart({ env, engines: 'embedded' });
    expect(exitCode).toBe(1);
    expectSentence(stderr, sentence);
  });

  it('--fresh on engines of somebody else', async () => {
    const env = { MONGO_URL: 'mongodb://127.0.0.1:1' };
    const { exitCode, stderr } = await runStart({ env, engines: 'embedded', args: ['--fresh'] });
    expect(exitCode).toBe(1);
    expectSentence(stderr, /^--fresh begins anew on the embedded engines; .*MONGO_URL/);
  });
});
