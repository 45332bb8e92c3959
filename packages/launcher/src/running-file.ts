import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from './command';

const schema = z.object({
  pid: z.int(),
  url: z.string(),
  brokers: z.string(),
  topic: z.string(),
  mongoUrl: z.string(),
  ready: z.boolean(),
  pids: z.record(z.string(), z.number()),
});
/** What runs on a data folder, for the commands that talk to it. */
export type Running = z.infer<typeof schema>;

const fileIn = (dataDir: string): string => join(dataDir, 'running.json');

/** What runs on the data folder, or undefined when nothing does, also after a launcher that was killed. */
export function readRunning(dataDir: string): Running | undefined {
  try {
    const running = schema.parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')));
    return isAlive(running.pid) ? running : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the data folder for this launcher; throws {@link UsageError} when another one has it. */
export function claimDataFolder(dataDir: string): void {
  const other = readRunning(dataDir);
  if (other && other.pid !== process.pid)
    throw new UsageError(
      `rentalbook runs on ${dataDir} already (process ${String(other.pid)}); stop it, or set RENTALBOOK_DATA to another folder.`,
    );
}

export function writeRunning(dataDir: string, running: Running): void {
  mkdirSync(dataDir, { recursive: true });
  const draft = `${fileIn(dataDir)}.draft`;
  writeFileSync(draft, `${JSON.stringify(running, undefined, 2)}\n`);
  renameSync(draft, fileIn(dataDir));
}

export function removeRunning(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}

/** Whether there is a process of this id, also one of another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
