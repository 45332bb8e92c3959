import { existsSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { armingFolder } from './environment';

/** The effect of an armed point; "throw" simulates a bug in a handler. */
export type Armament = 'kill' | 'throw';

/** The file that arms a point for the service of this process title. */
export const armingFile = (folder: string, service: string, point: string): string =>
  join(folder, `${service}.${point}`);

/** Dies or throws if the point is armed for this process; the process that removes the file is the only one. */
export function passArmed(point: string): void {
  const folder = armingFolder();
  if (folder === undefined) return;
  const file = armingFile(folder, process.title.replace(/^rentalbook-/, ''), point);
  // Most passes find no file, and an error for each of them is expensive.
  if (!existsSync(file)) return;
  let armament: string;
  try {
    armament = readFileSync(file, 'utf8');
    unlinkSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  if (armament === 'throw') throw new TypeError(`the harness planted a bug at ${point}`);
  process.kill(process.pid, 'SIGKILL');
}
