import Database from 'libsql';
import { closeDataFile, openDataFile } from '@rentalbook/embedded-storage';

/** A batch as it lies in the log. */
export interface StoredBatch {
  readonly topic: string;
  readonly partition: number;
  readonly base: number;
  readonly last: number;
  readonly maxTimestamp: number;
  readonly bytes: Buffer;
}

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string | null;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS topics (name TEXT PRIMARY KEY, partitions INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS batches (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, base INTEGER NOT NULL, last INTEGER NOT NULL,
    max_timestamp INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (topic, partition, last)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS log_starts (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, start INTEGER NOT NULL, PRIMARY KEY (topic, partition)
  );
  CREATE TABLE IF NOT EXISTS offsets (
    group_id TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL, metadata TEXT,
    PRIMARY KEY (group_id, topic, partition)
  );
`;
const FILE = { name: 'kafka.db', schema: SCHEMA, owner: 'broker' } as const;

/**
 * Topics, batches and committed offsets on disk. Writes are gathered and committed together; a promise that a write
 * returns resolves when it survives the end of the process.
 */
export class Storage {
  private readonly database: Database.Database;
  private readonly statements;
  private gathered: {
    readonly write: () => void;
    readonly done: () => void;
    readonly failed: (error: unknown) => void;
  }[] = [];
  private commitPlanned = false;

  /** Without a folder everything is in memory. Throws DataFolderUnusable. */
  constructor(dataDir: string | undefined) {
    this.database = dataDir === undefined ? inMemory() : openDataFile({ ...FILE, folder: dataDir });
    const prepare = (sql: string): Database.Statement => this.database.prepare(sql);
    this.statements = {
      begin: prepare('BEGIN'),
      commit: prepare('COMMIT'),
      rollback: prepare('ROLLBACK'),
      insertBatch: prepare(
        'INSERT INTO batches (topic, partition, base, last, max_timestamp, bytes) VALUES (?, ?, ?, ?, ?, ?)',
      ),
      readBatches: prepare(
        'SELECT base, last, bytes FROM batches WHERE topic = ? AND partition = ? AND last >= ? ORDER BY last LIMIT ?',
      ),
      firstSince: prepare(
        'SELECT base, max_timestamp FROM batches WHERE topic = ? AND partition = ? AND max_timestamp >= ? ORDER BY last LIMIT 1',
      ),
      setStart: prepare('INSERT OR REPLACE INTO log_starts (topic, partition, start) VALUES (?, ?, ?)'),
      deleteBefore: prepare('DELETE FROM batches WHERE topic = ? AND partition = ? AND last < ?'),
      insertTopic: prepare('INSERT INTO topics (name, partitions) VALUES (?, ?)'),
      commitOffset: prepare(
        'INSERT OR REPLACE INTO offsets (group_id, topic, partition, offset, metadata) VALUES (?, ?, ?, ?, ?)',
      ),
      readOffsets: prepare('SELECT topic, partition, offset, metadata FROM offsets WHERE group_id = ?'),
      deleteOffsets: prepare('DELETE FROM offsets WHERE group_id = ?'),
      groups: prepare('SELECT DISTINCT group_id FROM offsets'),
    };
  }

  topics(): readonly { readonly name: string; readonly partitions: number }[] {
    return this.database.prepare('SELECT name, partitions FROM topics').all() as { name: string; partitions: number }[];
  }

  /** The first offset that is still there, and the one after the last. */
  bounds(topic: string, partition: number): { readonly start: number; readonly end: number } {
    const start = this.database
      .prepare('SELECT start FROM log_starts WHERE topic = ? AND partition = ?')
      .get(topic, partition) as { start: number } | undefined;
    const end = this.database
      .prepare('SELECT MAX(last) AS last FROM batches WHERE topic = ? AND partition = ?')
      .get(topic, partition) as { last: number | null };
    const first = start?.start ?? 0;
    return { start: first, end: end.last === null ? first : end.last + 1 };
  }

  createTopic(name: string, partitions: number): Promise<void> {
    return this.write(() => this.statements.insertTopic.run(name, partitions));
  }

  deleteTopic(name: string): Promise<void> {
    return this.write(() => {
      for (const table of ['batches', 'log_starts', 'offsets'])
        this.database.prepare(`DELETE FROM ${table} WHERE topic = ?`).run(name);
      this.database.prepare('DELETE FROM topics WHERE name = ?').run(name);
    });
  }

  append({ topic, partition, base, last, maxTimestamp, bytes }: StoredBatch): Promise<void> {
    return this.write(() => this.statements.insertBatch.run(topic, partition, base, last, maxTimestamp, bytes));
  }

  /** Whole batches from the one that holds `offset`, at least one and as many as fit into `maxBytes`. */
  read(topic: string, partition: number, offset: number, maxBytes: number): Buffer {
    const batches: Buffer[] = [];
    let size = 0;
    for (let from = offset; ;) {
      const rows = this.statements.readBatches.all(topic, partition, from, ROWS_AT_ONCE) as {
        last: number;
        bytes: Buffer;
      }[];
      for (const { last, bytes } of rows) {
        if (size > 0 && size + bytes.length > maxBytes) return Buffer.concat(batches);
        batches.push(Buffer.from(bytes));
        size += bytes.length;
        from = last + 1;
      }
      if (rows.length < ROWS_AT_ONCE || size >= maxBytes) return Buffer.concat(batches);
    }
  }

  /** The first batch that was written at that time or later. */
  firstSince(topic: string, partition: number, timestamp: number): { offset: number; timestamp: number } | undefined {
    const row = this.statements.firstSince.get(topic, partition, timestamp) as
      { base: number; max_timestamp: number } | undefined;
    return row && { offset: row.base, timestamp: row.max_timestamp };
  }

  /** Forgets what lies before `offset`. */
  deleteRecords(topic: string, partition: number, offset: number): Promise<void> {
    return this.write(() => {
      this.statements.setStart.run(topic, partition, offset);
      this.statements.deleteBefore.run(topic, partition, offset);
    });
  }

  commitOffsets(groupId: string, offsets: readonly CommittedOffset[]): Promise<void> {
    return this.write(() => {
      for (const { topic, partition, offset, metadata } of offsets)
        this.statements.commitOffset.run(groupId, topic, partition, offset, metadata);
    });
  }

  committedOffsets(groupId: string): readonly CommittedOffset[] {
    return this.statements.readOffsets.all(groupId) as CommittedOffset[];
  }

  groupsWithOffsets(): readonly string[] {
    return (this.statements.groups.all() as { group_id: string }[]).map((row) => row.group_id);
  }

  deleteGroup(groupId: string): Promise<void> {
    return this.write(() => this.statements.deleteOffsets.run(groupId));
  }

  close(): void {
    this.commit();
    if (this.database.memory) this.database.close();
    else closeDataFile(this.database);
  }

  private write(write: () => unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      this.gathered.push({ write: () => void write(), done: resolve, failed: reject });
      if (this.commitPlanned) return;
      this.commitPlanned = true;
      setImmediate(() => {
        this.commit();
      });
    });
  }

  private commit(): void {
    const writes = this.gathered;
    this.gathered = [];
    this.commitPlanned = false;
    if (writes.length === 0) return;
    try {
      this.statements.begin.run();
      for (const { write } of writes) write();
      this.statements.commit.run();
    } catch (error) {
      if (this.database.inTransaction) this.statements.rollback.run();
      for (const { failed } of writes) failed(error);
      return;
    }
    for (const { done } of writes) done();
  }
}

const ROWS_AT_ONCE = 256;

function inMemory(): Database.Database {
  const database = new Database(':memory:');
  database.exec(SCHEMA);
  return database;
}
