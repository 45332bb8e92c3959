import { freePorts, newDataFolder, runStart } from '@rentalbook/test-kit';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { entriesOf, folderOf, services } from '../../tools/services';

describe('a program', () => {
  const root = join(__dirname, '../..');
  it.each([
    ...services.flatMap((service) => entriesOf(service).map((entry) => `${folderOf(service)}/dist/${entry}.js`)),
    ...['engines/kafka/dist/main.js', 'engines/mongo/dist/main.js'],
  ])('as %s starts from the code that was kept when it was built', (file) => {
    const env = { NODE_DEBUG: 'code-cache', PORT: 'none' };
    const { stderr } = spawnSync(process.execPath, [join(root, file)], { encoding: 'utf8', env });
    expect(stderr).toMatch(/CODE-CACHE \d+: from the cache/);
  });

  it.each(['subgraphs/book', 'router'])('as %s/dist/main.js computes digests with Node, in no other way', (folder) => {
    expect(readFileSync(join(root, folder, 'dist/main.bundle.js'), 'utf8')).not.toMatch(/node_modules\/sha\.js|Sha512/);
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
      UNSIGNED_EVENTS: 'accept',
      IDENTITY_SECRET: randomBytes(32).toString('base64'),
      KAFKA_BROKERS: '127.0.0.1:1',
      MONGO_URL: 'mongodb://127.0.0.1:1',
      ...wrong,
    };
    const service = spawnSync(process.execPath, [join(root, 'subgraphs/book/dist/main.js')], { encoding: 'utf8', env });
    expect([service.status, service.stderr]).toEqual([1, `${sentence}\n`]);
  });
});

describe('an operator’s command', () => {
  const run = (name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    spawnSync(process.execPath, [join(__dirname, `../../tools/cli/bin/${name}.mjs`), ...args], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });

  it.each(['dead-letters', 'rebuild', 'backup', 'restore'])('%s --help says how it is called', (name) => {
    const { status, stdout } = run(name, ['--help']);
    expect([status, stdout]).toEqual([0, expect.stringContaining(`npm run ${name}`)]);
  });

  it.each([
    ['dead-letters', ['list']],
    ['rebuild', ['mypage']],
    ['backup', [newDataFolder()]],
    ['restore', ['rentalbook.backup']],
  ])('%s refuses a broker name that does not exist in one sentence', (name, args) => {
    const { status, stderr } = run(name, args, {
      KAFKA_BROKERS: 'no-such-broker.invalid:9092',
      MONGO_URL: 'mongodb://127.0.0.1:1',
    });
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^Kafka at no-such-broker\.invalid:9092 cannot be reached; start it, .*\.\n$/),
    ]);
  });
});

describe('a start that cannot succeed says why in one sentence and exits 1', () => {
  const expectSentence = (stderr: string, sentence: RegExp): void => {
    const said = stderr
      .split('\n')
      .filter((line) => line !== '' && !/^( *… )?(Building|Built|Another command)/i.test(line));
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

  it('--fresh on foreign engines', async () => {
    const env = { MONGO_URL: 'mongodb://127.0.0.1:1' };
    const { exitCode, stderr } = await runStart({ env, engines: 'embedded', args: ['--fresh'] });
    expect(exitCode).toBe(1);
    expectSentence(stderr, /^--fresh begins anew on the embedded engines; .*MONGO_URL/);
  });
});
