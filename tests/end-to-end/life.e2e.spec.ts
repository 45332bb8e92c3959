import { version } from '../../package.json';
import { identityOf, isRunning } from '@rentalbook/cli';
import {
  accepted,
  eventually,
  isAlive,
  librarian,
  member,
  newDataFolder,
  serviceNames,
  startSystem,
  type System,
} from '@rentalbook/test-kit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { recordedReleaseCases, unpackRecordedRelease } from '../upgrade/recorded-release.cases';
import { cacheFeatures } from './cache.features';
import { keyRotationFeatures } from './key-rotation.features';
import {
  commandsOn,
  killGroup,
  NPM,
  programsOf,
  START,
  untilAllEnded,
  type Command,
  type Commands,
} from './support/commands';
import { entryOnceItShows } from './support/pages';
import { services } from '../../tools/services';

const titleOf = (pid: number): string =>
  readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
    .replaceAll('\0', ' ')
    .trim();

/** Each start continues on the data folder that the end before it left; the first on one that an earlier release left. */
describe('on one data folder', () => {
  const dataDir = newDataFolder();
  let system: System;
  let commands: Commands;
  let bookId: string;
  const start = async (): Promise<void> => {
    system = await startSystem({ dataDir, engines: 'embedded', env: { CACHE: 'on' } });
  };
  const expectEnd = async (signal: 'SIGTERM' | 'SIGINT'): Promise<void> => {
    const pids = Object.values(system.pids());
    expect(pids.length).toBeGreaterThanOrEqual(serviceNames.length);
    expect(await system.stop(signal)).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
  };
  beforeAll(async () => {
    commands = await commandsOn(dataDir);
    unpackRecordedRelease(dataDir);
    await start();
  });
  afterAll(async () => {
    await system.stop();
    await commands.clear();
  });

  describe('a system that runs on the data of an earlier release', () => {
    recordedReleaseCases(() => system);
  });

  describe('a system that runs', () => {
    it.each(serviceNames)('%s says that it lives and that it can work', async (name) => {
      const at = (path: string) => fetch(`http://localhost:${String(system.portOf(name))}${path}`);
      expect(await (await at('/healthz')).json()).toEqual({ status: 'ok' });
      expect(await (await at('/readyz')).json()).toEqual({ status: 'ready', version });
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

  describe('a system that ends', () => {
    it('takes every process with it on SIGTERM', async () => {
      bookId = accepted(await (await librarian(system)).addBook('Kept', 1)).id;
      const alice = await member(system, 'alice');
      // Reserve was killed before: Kafka gives its partitions to the next process once the session of the dead one is over.
      await eventually(async () => (await alice.reserve(bookId)).entity, { what: 'Reserve knowing the title' });
      await expectEnd('SIGTERM');
    });

    it('a restart wipes the in-memory databases: here what was kept is there', async () => {
      await start();
      const alice = await member(system, 'alice');
      await entryOnceItShows(alice, 'Kept', { status: 'READY' });
      expect(accepted(await alice.rent(bookId)).status).toBe('ACTIVE');
    });

    cacheFeatures(() => system);

    keyRotationFeatures(() => system);

    it('takes every process with it on SIGINT', () => expectEnd('SIGINT'));
  });

  describe('npm start', () => {
    let command: Command;

    it('with --fresh has forgotten what was kept', async () => {
      command = commands.start([...START, '--fresh']);
      const { url } = await commands.untilReady(command);
      const nobodyYet = await member({ url, dataDir }, 'alice');
      expect(await nobodyYet.book(bookId)).toBeNull();
      expect((await nobodyYet.page()).entries).toEqual([]);
    });

    it('ends with everything it started when the launcher is killed; two starts at that moment wait for what is left behind, and one of them runs', async () => {
      const running = await commands.untilReady(command);
      const killed = once(command.child, 'exit');
      process.kill(running.pid, 'SIGKILL');
      await killed;
      const contenders = [commands.start(START), commands.start(START)];
      const ended = await Promise.race(
        contenders.map(async (one) => {
          await once(one.child, 'exit');
          return one;
        }),
      );
      expect(ended.child.exitCode).toBe(1);
      expect(ended.output()).toMatch(/rentalbook runs on .* already \(process \d+\); stop it, or set RENTALBOOK_DATA/);
      const [winner] = contenders.filter((one) => one !== ended);
      if (!winner) throw new Error('no start is left');
      await commands.untilReady(winner);
      expect(programsOf(running).filter(isRunning)).toEqual([]);
      command = winner;
    });

    it('ends with everything it started when the reader of its output has gone away, with exit code 0', async () => {
      const running = await commands.untilReady(command);
      const exited = once(command.child, 'exit');
      command.child.stdout?.destroy();
      command.child.stderr?.destroy();
      // The next line of the log meets the closed pipe.
      process.kill(running.pids['book'] ?? 0, 'SIGTERM');
      expect(await exited).toEqual([0, null]);
      await untilAllEnded(running);
      expect(identityOf(running.pid).startTime).toBeUndefined();
    });
  });
});

describe('npm start ends with everything it started', () => {
  let commands: Commands;
  beforeEach(async () => {
    commands = await commandsOn(newDataFolder());
  });
  afterEach(() => commands.clear());

  it('when npm gets SIGTERM and its shell dies of it without forwarding it', async () => {
    // A command after it keeps any shell from replacing itself by the launcher.
    const keepsShell = ['/bin/sh', '-c', `${NPM.join(' ')}; true`];
    const command = commands.start(keepsShell, { npm_config_script_shell: '/bin/sh' });
    const running = await commands.untilReady(command);
    const [npm] = await childrenOf(command.child.pid ?? 0);
    process.kill(npm ?? 0, 'SIGTERM');
    await untilAllEnded(running);
  });

  it('in order, when one Ctrl-C arrives from the terminal and from npm, and npm uses bash', async () => {
    const command = commands.start(NPM, { npm_config_script_shell: 'bash' });
    const running = await commands.untilReady(command);
    const exited = once(command.child, 'exit');
    killGroup(command.child.pid ?? 0, 'SIGINT');
    await untilAllEnded(running);
    await exited;
    expect(command.output()).toContain('SIGINT: stopping; press Ctrl-C again to end at once');
    for (const service of services) expect(command.output()).toMatch(new RegExp(`${service} +info +stopped`));
  });
});

async function childrenOf(pid: number): Promise<readonly number[]> {
  const ps = spawn('ps', ['-o', 'pid=', '--ppid', String(pid)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  ps.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(ps, 'close');
  return text.trim().split(/\s+/).map(Number);
}
