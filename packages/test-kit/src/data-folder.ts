import { accessSync, constants, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Linux has files in memory. */
const MEMORY = '/dev/shm';
/** Bytes; several systems at once take less, and so does a fault in full. */
const ROOM = 4 * 1_024 ** 3;

/**
 * A folder for a system's data; the caller removes it. In memory where there is room: what a killed process
 * wrote is there afterwards as it is on a disk, and no test waits for the disk.
 */
export const newDataFolder = (): string => mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), 'rentalbook-'));

function hasRoom(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return false;
  }
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= ROOM;
}
