import { ensureFolder } from '@rentalbook/embedded-storage/ensure-folder';
import { accessSync, chmodSync, closeSync, constants, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { takeLock } from '../../build/lock-file.mjs';
import { UsageError } from './command';

/** The files of `npm start` in the data folder. */
const READ_FOLDERS = ['keys', 'policy'];
/** The files of the engines. */
const ENGINE_FOLDERS = ['kafka', 'mongo'];
/** The folders that no other user of the machine may read. */
const PRIVATE = ['keys', ...ENGINE_FOLDERS];
const OWNER_ONLY = 0o700;
const LOCK = 'start.lock';

const causes: Readonly<Record<string, string>> = {
  EACCES: 'this user has no permission',
  EPERM: 'this user has no permission',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk reports an error',
  EEXIST: 'something that is not a folder is in its place',
  ENOTDIR: 'something that is not a folder is in its place',
  EISDIR: 'a folder is in its place',
  ENOENT: 'it does not exist, or is a symbolic link to nothing',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'the path is too long',
};

/** Does something with the files of the data folder; a refusal of the file system becomes a {@link UsageError}. */
export function withDataFolder<Result>(dataDir: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!isNativeError(error) || !('code' in error)) throw error;
    const cause = causes[String(error.code)];
    if (cause === undefined) throw error;
    const path = 'path' in error ? String(error.path) : dataDir;
    throw new UsageError(
      `The data folder ${dataDir} cannot be used: ${path}: ${cause} (${String(error.code)}); mend that, or set RENTALBOOK_DATA to another folder.`,
    );
  }
}

/**
 * Locks the data folder for this process until it ends, creates missing folders and checks that they can be written. Throws
 * {@link UsageError} when it cannot, or when another launcher has it.
 */
export function claimDataFolder(dataDir: string): void {
  withDataFolder(dataDir, () => {
    for (const name of [...READ_FOLDERS, ...ENGINE_FOLDERS]) {
      const isPrivate = PRIVATE.includes(name);
      const folder = ensured(dataDir, name);
      if (isPrivate) closeToOthers(folder);
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
      // Opened as the engines do: with a file of another user an engine would fail at each start.
      const mode = ENGINE_FOLDERS.includes(name) ? 'r+' : 'r';
      for (const file of readdirSync(folder)) closeSync(openSync(join(folder, file), mode));
    }
    const { owner } = takeLock(join(dataDir, LOCK));
    if (owner)
      throw new UsageError(
        `rentalbook runs on ${dataDir} already (process ${String(owner.pid)}); stop it, or set RENTALBOOK_DATA to another folder.`,
      );
  });
}

/** Removes the data of the engines, which must not run. */
export function emptyEngineFolders(dataDir: string): void {
  for (const name of ENGINE_FOLDERS) {
    rmSync(join(dataDir, name), { recursive: true, force: true });
    ensured(dataDir, name);
  }
}

function ensured(dataDir: string, name: string): string {
  const folder = join(dataDir, name);
  ensureFolder(folder, { mode: PRIVATE.includes(name) ? OWNER_ONLY : 0o777 });
  return folder;
}

/** A folder of an earlier release, or one that was copied, may be open to other users. That of another user is not ours to close. */
function closeToOthers(folder: string): void {
  const { mode, uid } = statSync(folder);
  if (mode & 0o077 && uid === process.geteuid?.()) chmodSync(folder, OWNER_ONLY);
}
