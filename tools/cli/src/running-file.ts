import { systemClock } from '@rentalbook/timing';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { identityOf, isRunning } from '../../build/process-identity.mjs';

const schema = z.object({
  pid: z.int(),
  /** When that process started, for its id may belong to another one by now. */
  startTime: z.string().optional(),
  url: z.string(),
  brokers: z.string(),
  topic: z.string(),
  mongoUrl: z.string(),
  /** Which engines are embedded ones, with the users of the data folder. */
  embedded: z.array(z.enum(['kafka', 'mongo'])).default([]),
  ready: z.boolean(),
  pids: z.record(z.string(), z.number()),
  startTimes: z.record(z.string(), z.string()).default({}),
});
/** The running system of a data folder, for the commands that use it. */
export type Running = z.infer<typeof schema>;
export type RunningNow = Omit<Running, 'pid' | 'startTime' | 'startTimes'>;

const RETRY_AFTER_MS = 1_000;
const fileIn = (dataDir: string): string => join(dataDir, 'running.json');

/** The running system of the data folder; undefined for none, also after a killed launcher. */
export function readRunning(dataDir: string): Running | undefined {
  const running = readFileOf(dataDir);
  return running && isRunning({ pid: running.pid, startTime: running.startTime }) ? running : undefined;
}

/** The processes that a launcher which was killed has left behind and that still run, with the name of their program. */
export function leftBehind(dataDir: string): readonly { readonly name: string; readonly pid: number }[] {
  const { pids = {}, startTimes = {} } = readFileOf(dataDir) ?? {};
  return Object.entries(pids).flatMap(([name, pid]) =>
    isRunning({ pid, startTime: startTimes[name] }) ? [{ name, pid }] : [],
  );
}

function readFileOf(dataDir: string): Running | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * The file of the running system. A failed write, as on a full disk, is logged and repeated with the current content:
 * the system works without the file, only the other commands do not find it.
 */
export function createRunningFile(dataDir: string, current: () => RunningNow, warn: (message: string) => void) {
  let cancelRetry = (): void => undefined;
  let failing = false;

  const write = (): void => {
    cancelRetry();
    const file = fileIn(dataDir);
    try {
      const text = JSON.stringify(identified(current()), undefined, 2);
      writeFileSync(`${file}.draft`, `${text}\n`);
      renameSync(`${file}.draft`, file);
      failing = false;
    } catch (error) {
      if (!failing) warn(`${file} cannot be written and is tried again: ${messageOf(error)}`);
      failing = true;
      cancelRetry = systemClock.after(RETRY_AFTER_MS, write);
    }
  };
  return {
    write,
    remove(): void {
      cancelRetry();
      try {
        for (const file of [fileIn(dataDir), `${fileIn(dataDir)}.draft`]) rmSync(file, { force: true });
      } catch (error) {
        // A file that is left behind is recognised by its process ids, which do not exist any more.
        warn(messageOf(error));
      }
    },
  };
}

function identified(running: RunningNow): Running {
  const startTimes = Object.entries(running.pids).flatMap(([name, pid]) => {
    const { startTime } = identityOf(pid);
    return startTime === undefined ? [] : [[name, startTime]];
  });
  return {
    ...identityOf(process.pid),
    ...running,
    startTimes: Object.fromEntries(startTimes) as Record<string, string>,
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
