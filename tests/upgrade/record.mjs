// Records a data folder as a release writes it, with what the release answers about it: the upgrade test starts the sources on it.
//
//   git worktree add ../release COMMIT && node tests/upgrade/record.mjs ../release
//
// writes tests/upgrade/recorded/COMMIT.tar.gz, without keys, and COMMIT.json. The release installs and builds itself at its start.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { playBefore, playStory, playUnsent } from './story.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [checkout] = process.argv.slice(2);
if (checkout === undefined) {
  process.stderr.write('Name a checkout of the release: node tests/upgrade/record.mjs FOLDER\n');
  process.exit(1);
}
const release = resolve(checkout);
const commit = execFileSync('git', ['-C', release, 'rev-parse', '--short=7', 'HEAD'], { encoding: 'utf8' }).trim();

const TOPIC = 'rentalbook';
const POLL_MS = 100;
const STARTS_WITHIN_MS = 300_000;
/** The story is long over when a test reads it, and its holds and loans end long after: no deadline expires meanwhile. */
const BEFORE = '2026-01-05T09:00:00.000Z';
const STORY = '2090-01-02T09:00:00.000Z';
const PORTS = {
  PORT: '7210',
  BOOK_PORT: '7211',
  RESERVE_PORT: '7212',
  RENTAL_PORT: '7213',
  MYPAGE_PORT: '7214',
  EMBEDDED_KAFKA_PORT: '7292',
  EMBEDDED_MONGO_PORT: '7217',
};
const data = mkdtempSync(join(tmpdir(), 'rentalbook-recorded-'));

/** Starts the release on the data folder, with all its clocks at one time. */
async function start(time) {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    RENTALBOOK_DATA: data,
    RENT_REQUEST_TIMEOUT: '3000',
    ...PORTS,
    CLOCK_OFF_MS: String(Date.parse(time) - Date.now()),
    NODE_OPTIONS: `--require ${join(here, '../harness/system/skewed-clock.cjs')}`,
  };
  // A release before the folder tools has its commands in packages/launcher.
  const commands = ['tools/cli/bin', 'packages/launcher/bin'].map((folder) => join(release, folder)).find(existsSync);
  const bin = (name) => join(commands, `${name}.mjs`);
  const child = spawn(process.execPath, [bin('start')], { cwd: release, env, stdio: ['ignore', 'ignore', 'inherit'] });
  // A recording that fails leaves nothing running: the services end when their launcher does.
  const endWithUs = () => void child.kill('SIGKILL');
  process.on('exit', endWithUs);
  child.on('exit', () => process.off('exit', endWithUs));
  const running = () => JSON.parse(readFileSync(join(data, 'running.json'), 'utf8'));
  await until(() => {
    if (child.exitCode !== null) throw new Error('the release ended at its start');
    return running().ready;
  }, STARTS_WITHIN_MS);
  const { Kafka, logLevel } = createRequire(join(release, 'packages/messaging/'))('kafkajs');
  const kafka = new Kafka({ brokers: [`localhost:${PORTS.EMBEDDED_KAFKA_PORT}`], logLevel: logLevel.NOTHING });
  const url = `http://localhost:${PORTS.PORT}/graphql`;
  return {
    ask: (token, query, variables) => post(url, token, { query, variables }),
    token: (member, role) =>
      execFileSync(process.execPath, [bin('token'), member, '--role', role], {
        cwd: release,
        env,
        encoding: 'utf8',
      }).trim(),
    /** Stops a program where it stands, or lets it go on. */
    signal: (program, name) => process.kill(running().pids[program], name),
    async putMessage(key, value) {
      const producer = kafka.producer();
      await producer.connect();
      await producer.send({ topic: TOPIC, messages: [{ key, value }] });
      await producer.disconnect();
    },
    until,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function post(url, token, body) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return response.json();
}

/** Polls until the condition holds and returns what it resolved to; what throws does not hold yet. */
async function until(condition, withinMs = 30_000) {
  for (let giveUpAt = Date.now() + withinMs; ;) {
    let reason = 'it did not hold';
    try {
      const found = await condition();
      if (found) return found;
    } catch (error) {
      reason = error.message;
    }
    if (Date.now() > giveUpAt) throw new Error(`waited ${withinMs} ms for ${condition}: ${reason}`);
    await delay(POLL_MS);
  }
}

let system = await start(BEFORE);
const before = await playBefore(system);
await system.stop();
system = await start(STORY);
const recorded = await playStory(system, before);
const unsent = await playUnsent(system);
await system.stop();

const target = join(here, 'recorded', commit);
mkdirSync(dirname(target), { recursive: true });
execFileSync('tar', ['-czf', `${target}.tar.gz`, '-C', data, 'kafka', 'mongo']);
const text = JSON.stringify({ release: commit, ...recorded, unsent });
writeFileSync(`${target}.json`, await format(text, { parser: 'json', printWidth: 120 }));
rmSync(data, { recursive: true, force: true });
process.stdout.write(`Recorded ${target}.tar.gz and ${commit}.json\n`);
process.exit(0);
