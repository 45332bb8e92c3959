import { isRunning, readRunning, type Running } from '@rentalbook/cli';
import { eventually, freePorts } from '@rentalbook/test-kit';
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const STARTS_WITHIN_MS = 120_000;
const ENDS_WITHIN_MS = 60_000;
const PORT_SETTINGS = [
  ...['PORT', 'BOOK_PORT', 'RESERVE_PORT', 'RENTAL_PORT', 'MYPAGE_PORT'],
  ...['EMBEDDED_KAFKA_PORT', 'EMBEDDED_MONGO_PORT'],
];

export const START = [process.execPath, join(ROOT, 'tools/cli/bin/start.mjs')] as const;
export const NPM = ['npm', 'start', '--silent'] as const;

export interface Command {
  readonly child: ChildProcess;
  readonly output: () => string;
}

/** The programs that a start has written down, as `isRunning` recognizes them. */
export const programsOf = (running: Running | undefined) =>
  Object.entries(running?.pids ?? {}).map(([name, pid]) => ({ name, pid, startTime: running?.startTimes[name] }));

export async function untilAllEnded(running: Running): Promise<void> {
  const processes = [...programsOf(running), { pid: running.pid, startTime: running.startTime }];
  await eventually(() => processes.every((one) => !isRunning(one)), { withinMs: ENDS_WITHIN_MS, what: 'the end' });
}

export function killGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended.
  }
}

/** Commands that start a system on one data folder and one set of ports. */
export async function commandsOn(dataDir: string) {
  const { PATH, HOME } = process.env;
  const ports = await freePorts(PORT_SETTINGS.length);
  const env: NodeJS.ProcessEnv = { PATH, HOME, RENTALBOOK_DATA: dataDir };
  PORT_SETTINGS.forEach((setting, place) => (env[setting] = String(ports[place])));
  const groups: number[] = [];
  let lastSeen: Running | undefined;

  return {
    /** Starts a command as a shell with job control does, in a process group of its own. */
    start(command: readonly string[], more: NodeJS.ProcessEnv = {}): Command {
      const [program = '', ...args] = command;
      const child = spawn(program, args, {
        cwd: ROOT,
        env: { ...env, ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      groups.push(child.pid ?? 0);
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      return { child, output: () => output };
    },

    async untilReady({ child, output }: Command): Promise<Running> {
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
    },

    /** Ends what a failed test left running, and removes the data folder. */
    async clear(): Promise<void> {
      for (const group of groups.splice(0)) killGroup(group, 'SIGKILL');
      await eventually(() => programsOf(lastSeen).every((program) => !isRunning(program)), {
        withinMs: ENDS_WITHIN_MS,
        what: 'the end of every program',
      }).finally(() => {
        for (const program of programsOf(lastSeen).filter(isRunning)) process.kill(program.pid, 'SIGKILL');
      });
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export type Commands = Awaited<ReturnType<typeof commandsOn>>;
