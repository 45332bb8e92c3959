import Database from 'libsql';
import { join } from 'node:path';
import { ensureFolder } from './ensure-folder';

export { ClientSockets } from './client-sockets';
export { dropUnwritableOutput, endInOrder } from './engine-process';
export {
  BadUsers,
  knownUsers,
  readEngineUsers,
  type EngineUser,
  type KnownUser,
  type KnownUsers,
} from './engine-users';
export { portIn } from './port';
export { SCRAM_SHA_256, ScramConversation, ScramRefused } from './scram';

/** Another process holds the folder, or it cannot be used. */
export class DataFolderUnusable extends Error {
  override readonly name = 'DataFolderUnusable';
}

export interface DataFile {
  readonly folder: string;
  readonly name: string;
  /** SQL that makes what is missing of its tables. */
  readonly schema: string;
  /** What else might be running on the folder, in a word. */
  readonly owner: string;
}

const remedies: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'make room on the disk.',
  ENOSPC: 'make room on the disk.',
  EDQUOT: 'make room in the quota.',
  SQLITE_READONLY: 'make it writable, or name another folder.',
  SQLITE_CANTOPEN: 'make it writable, or name another folder.',
  EACCES: 'make it writable, or name another folder.',
  EPERM: 'make it writable, or name another folder.',
  EROFS: 'make it writable, or name another folder.',
  ENOTDIR: 'name a folder that is one.',
  EEXIST: 'name a folder that is one.',
  ENOENT: 'name a folder that exists or can be made.',
};

/**
 * The database in a folder, made when it is not there. An acknowledged write is on the disk. Exclusive, because a second
 * process on the same file would not see what the first one holds in memory. Throws {@link DataFolderUnusable}.
 */
export function openDataFile({ folder, name, schema, owner }: DataFile): Database.Database {
  try {
    // What it holds is for no other user of the machine.
    ensureFolder(folder, { mode: 0o700 });
    const database = new Database(join(folder, name));
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.exec(schema);
    database.exec('BEGIN EXCLUSIVE; COMMIT');
    return database;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const question = remedies[code] ?? `is another ${owner} running on it?`;
    throw new DataFolderUnusable(`The data folder ${folder} cannot be used (${reason}); ${question}`);
  }
}

/**
 * Releases the file for the next process that opens it. libsql's close() alone keeps the lock until the prepared statements are garbage
 * collected; outside the write-ahead log, a transaction in the normal mode gives it up at once.
 */
export function closeDataFile(database: Database.Database): void {
  try {
    database.pragma('journal_mode = DELETE');
    database.pragma('locking_mode = NORMAL');
    database.exec('BEGIN IMMEDIATE; COMMIT');
  } catch {
    // On a full disk what was acknowledged stays in the write-ahead log, and is read from there when the file is opened.
  } finally {
    database.close();
  }
}
