import { closeDataFile, openDataFile } from '@rentalbook/embedded-storage';
import { decodeDocument, EncodedDocument, encodeDocument, type BsonDocument } from '../bson/values';

export interface SavedCollection {
  readonly number: number;
  readonly namespace: string;
  readonly indexes: readonly BsonDocument[];
}

export interface SavedDocument {
  readonly number: number;
  readonly collection: number;
  readonly version: EncodedDocument;
}

/** What the server remembers beyond its process. Calls record a change; `settled` resolves when all of them are durable. */
export interface Journal {
  collections(): readonly SavedCollection[];
  documents(): Iterable<SavedDocument>;
  saveCollection(collection: SavedCollection): void;
  removeCollection(number: number): void;
  saveDocument(number: number, collection: number, body: Uint8Array): void;
  removeDocument(number: number): void;
  /** Resolves when everything recorded so far survives the end of this process; rejects when that failed. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Keeps nothing: the data ends with the process. */
export const inMemoryJournal: Journal = {
  collections: () => [],
  documents: () => [],
  saveCollection: () => undefined,
  removeCollection: () => undefined,
  saveDocument: () => undefined,
  removeDocument: () => undefined,
  settled: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS collections (number INTEGER PRIMARY KEY, namespace TEXT NOT NULL UNIQUE, indexes BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS documents (number INTEGER PRIMARY KEY, collection INTEGER NOT NULL, body BLOB NOT NULL);
`;

type Database = ReturnType<typeof openDataFile>;

/**
 * A libsql file that commits in groups: what is recorded within one turn of the event loop shares one transaction and one
 * fsync, and of a document that changed more than once the last version is written. After a failed commit memory and disk
 * differ, so the journal stays failed and `onFailure` has to end the server.
 */
export function openJournal(folder: string, onFailure: (error: unknown) => void): Journal {
  const database = openDataFile({ folder, name: 'mongo.db', schema: SCHEMA, owner: 'server' });
  const statements = {
    saveCollection: database.prepare('INSERT OR REPLACE INTO collections VALUES (?, ?, ?)'),
    removeCollection: database.prepare('DELETE FROM collections WHERE number = ?'),
    removeDocuments: database.prepare('DELETE FROM documents WHERE collection = ?'),
    saveDocument: database.prepare('INSERT OR REPLACE INTO documents VALUES (?, ?, ?)'),
    removeDocument: database.prepare('DELETE FROM documents WHERE number = ?'),
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
  };
  /** What is to be written, by the row that it writes: a document's number, or that of a collection after a "c". */
  let changes = new Map<string | number, () => void>();
  let group: Promise<void> = Promise.resolve();
  let failure: Error | undefined;

  const commit = (): void => {
    if (failure) throw failure;
    const recorded = changes;
    changes = new Map();
    try {
      statements.begin.run();
      for (const change of recorded.values()) change();
      statements.commit.run();
    } catch (error) {
      failure = new Error('the journal could not be written', { cause: error });
      onFailure(error);
      throw failure;
    }
  };

  const record = (row: string | number, change: () => void): void => {
    const isFirst = changes.size === 0;
    // At its place in time: the removal of a collection comes after the documents that were written into it.
    changes.delete(row);
    changes.set(row, change);
    if (!isFirst) return;
    group = new Promise((resolve, reject) => {
      setImmediate(() => {
        try {
          commit();
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    group.catch(() => undefined);
  };

  return {
    collections: () => storedCollections(database),
    documents: () => storedDocuments(database),
    saveCollection({ number, namespace, indexes }) {
      const body = encodeDocument({ indexes: [...indexes] });
      record(`c${number}`, () => statements.saveCollection.run(number, namespace, body));
    },
    removeCollection(number) {
      record(`c${number}`, () => {
        statements.removeDocuments.run(number);
        statements.removeCollection.run(number);
      });
    },
    saveDocument(number, collection, body) {
      record(number, () => statements.saveDocument.run(number, collection, body));
    },
    removeDocument(number) {
      record(number, () => statements.removeDocument.run(number));
    },
    settled: () => group,
    async close() {
      await group.catch(() => undefined);
      closeDataFile(database);
    },
  };
}

const storedCollections = (database: Database) =>
  database
    .prepare('SELECT number, namespace, indexes FROM collections')
    .all()
    .map((row) => {
      const { number, namespace, indexes } = row as { number: number; namespace: string; indexes: Buffer };
      return { number, namespace, indexes: decodeDocument(indexes)['indexes'] as BsonDocument[] };
    });

function* storedDocuments(database: Database) {
  const rows = database.prepare('SELECT number, collection, body FROM documents ORDER BY number').iterate();
  for (const row of rows) {
    const { number, collection, body } = row as { number: number; collection: number; body: Buffer };
    // libsql gives a Buffer by name, which other functions of Node refuse.
    const bytes = Buffer.from(body);
    yield { number, collection, version: new EncodedDocument(decodeDocument(bytes), bytes) };
  }
}
