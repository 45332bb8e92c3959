import Database from 'libsql';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Another process holds the folder, or it cannot be used. */
export class DataFolderUnusable extends Error {
  override readonly name = 'DataFolderUnusable';
}

/**
 * The database in a folder, made when it is not there. Exclusive, because a second broker on the same file would give
 * away the same offsets. Throws {@link DataFolderUnusable}.
 */
export function openDatabase(folder: string): Database.Database {
  try {
    mkdirSync(folder, { recursive: true });
    const database = new Database(join(folder, 'kafka.db'));
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.exec('BEGIN EXCLUSIVE; COMMIT');
    return database;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFolderUnusable(
      `The data folder ${folder} cannot be used (${reason}); is another broker running on it?`,
    );
  }
}

/**
 * Hands the file to whoever opens it next. libsql's close() alone keeps the lock until the prepared statements are garbage
 * collected; outside the write-ahead log, a transaction in the normal mode gives it up at once.
 */
export function closeDatabase(database: Database.Database): void {
  if (!database.memory) {
    database.pragma('journal_mode = DELETE');
    database.pragma('locking_mode = NORMAL');
    database.exec('BEGIN IMMEDIATE; COMMIT');
  }
  database.close();
}
