import { identityOf, isRunning, readRunning, type Running } from '@rentalbook/launcher';
import { eventually, freePorts, newDataFolder } from '@rentalbook/test-kit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const START = [process.execPath, join(ROOT, 'packages/launcher/bin/start.mjs')] as const;
const NPM = ['npm', 'start', '--silent'] as const;
const STARTS_WITHIN_MS = 120_000;
const ENDS_WITHIN_MS = 60_000;
const PORT_SETTINGS = [
  ...['PORT', 'BOOK_PORT', 'RESERVE_PORT', 'RENTAL_PORT', 'MYPAGE_PORT'],
  ...['EMBEDDED_KAFKA_PORT', 'EMBEDDED_MONGO_PORT'],
];

let dataDir: string;
let env: NodeJS.ProcessEnv;
const groups: number[] = [];
beforeEach(async () => {
  dataDir = newDataFolder();
  const { PATH, HOME } = process.env;
  const ports = await freePorts(PORT_SETTINGS.length);
  env = { PATH, HOME, RENTALBOOK_DATA: dataDir };
  PORT_SETTINGS.forEach((setting, place) => (env[setting] = String(ports[place])));
});
afterEach(async () => {
  for (const group of groups.splice(0)) killGroup(group, 'SIGKILL');
  await eventually(() => programsOf(lastSeen).every((program) => !isRunning(program)), {
    withinMs: ENDS_WITHIN_MS,
    what: 'the end of every program',
  }).finally(() => {
    for (const program of programsOf(lastSeen).filter(isRunning)) process.kill(program.pid, 'SIGKILL');
  });
  rmSync(dataDir, { recursive: true, force: true });
});

interface Command {
  readonly child: ChildProcess;
  readonly output: () => string;
}

/** Starts a command as a shell with job control does, in a process group of its own. */
function start(command: readonly string[], more: NodeJS.ProcessEnv = {}): Command {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...env, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  groups.push(child.pid ?? 0);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output };
}

function killGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended.
  }
}

let lastSeen: Running | undefined;
const programsOf = (running: Running | undefined) =>
  Object.entries(running?.pids ?? {}).map(([name, pid]) => ({ name, pid, startTime: running?.startTimes[name] }));

async function untilReady({ child, output }: Command): Promise<Running> {
  await eventually(
    () => {
      if (child.exitCode !== null) throw new Error(`the start ended: ${output()}`);
      return readRunning(dataDir)?.ready === true;
    },
    { withinMs: STARTS_WITHIN_MS, what: 'being ready' },
  );
  lastSeen = readRunning(dataDir);
  if (!lastSeen) throw new Error('what runs is not known');
  return lastSeen;
}

const untilAllEnded = async (running: Running): Promise<void> => {
  const processes = [...programsOf(running), { pid: running.pid, startTime: running.startTime }];
  await eventually(() => processes.every((one) => !isRunning(one)), { withinMs: ENDS_WITHIN_MS, what: 'the end' });
};

describe('npm start ends with everything it started', () => {
  it('when npm gets SIGTERM and its shell dies of it without forwarding it', async () => {
    // A command after it keeps any shell from replacing itself by the launcher.
    const keepsShell = ['/bin/sh', '-c', `${NPM.join(' ')}; true`];
    const command = start(keepsShell, { npm_config_script_shell: '/bin/sh' });
    const running = await untilReady(command);
    const [npm] = await childrenOf(command.child.pid ?? 0);
    process.kill(npm ?? 0, 'SIGTERM');
    await untilAllEnded(running);
  });

  it('in order, when one Ctrl-C arrives from the terminal and from npm, and npm uses bash', async () => {
    const command = start(NPM, { npm_config_script_shell: 'bash' });
    const running = await untilReady(command);
    const exited = once(command.child, 'exit');
    killGroup(command.child.pid ?? 0, 'SIGINT');
    await untilAllEnded(running);
    await exited;
    expect(command.output()).toContain('SIGINT: stopping; press Ctrl-C again to end at once');
    for (const service of ['book', 'reserve', 'rental', 'mypage', 'router'])
      expect(command.output()).toMatch(new RegExp(`${service} +info +stopped`));
  });

  it('when the reader of its output has gone away, with exit code 0', async () => {
    const command = start(START);
    const running = await untilReady(command);
    const exited = once(command.child, 'exit');
    command.child.stdout?.destroy();
    command.child.stderr?.destroy();
    // The next line of the log meets the closed pipe.
    process.kill(running.pids['book'] ?? 0, 'SIGTERM');
    expect(await exited).toEqual([0, null]);
    await untilAllEnded(running);
  });

  it('when the launcher is killed; two starts at that moment wait for what is left behind, and one of them runs', async () => {
    const command = start(START);
    const running = await untilReady(command);
    process.kill(running.pid, 'SIGKILL');
    await once(command.child, 'exit');
    const contenders = [start(START), start(START)];
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
    const again = await untilReady(winner);
    expect(programsOf(running).filter(isRunning)).toEqual([]);
    const exited = once(winner.child, 'exit');
    process.kill(again.pid, 'SIGTERM');
    expect(await exited).toEqual([0, null]);
    await untilAllEnded(again);
    expect(identityOf(again.pid).startTime).toBeUndefined();
  });
});

async function childrenOf(pid: number): Promise<readonly number[]> {
  const ps = spawn('ps', ['-o', 'pid=', '--ppid', String(pid)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  ps.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(ps, 'close');
  return text.trim().split(/\s+/).map(Number);
}
