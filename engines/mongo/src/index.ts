import { ClientSockets, knownUsers } from '@rentalbook/embedded-storage';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Access, type MongoUser } from './access';
import { executeCommand } from './commands/execute';
import { silentLogger, type Logger } from './logger';
import { Cursors } from './store/cursors';
import { inMemoryJournal, openJournal } from './store/journal';
import { Store } from './store/store';
import { serveConnection } from './wire/connection';

export interface EmbeddedMongoOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly host?: string;
  /** Where the data stays; without it the data ends with the server. */
  readonly dataDir?: string;
  /** Who may log in, and to which databases; without it every client may do everything. */
  readonly users?: readonly MongoUser[];
  readonly logger?: Logger;
  /** How often documents that expired by a TTL index are removed, in milliseconds. */
  readonly ttlSweepMs?: number;
  /** After how long without a getMore a cursor is closed, in milliseconds. */
  readonly cursorIdleMs?: number;
  /** Called when the data can no longer be written; nothing is acknowledged from then on. */
  readonly onFailure?: (error: unknown) => void;
}

export interface EmbeddedMongo {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
  /** Resolves once no client is connected. */
  withoutClients(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const TTL_SWEEP_MS = 60_000;
const CURSOR_IDLE_MS = 10 * 60_000;

/**
 * Starts a server that speaks MongoDB's protocol. Rejects with the socket's error when the port cannot be had, and with
 * DataFolderUnusable when the folder cannot.
 */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const { host = LOOPBACK, dataDir, logger = silentLogger } = options;
  const clients = new ClientSockets();
  const fail = (error: unknown): void => {
    logger.error(`the data cannot be written: ${error instanceof Error ? error.message : String(error)}`);
    clients.destroyAll();
    options.onFailure?.(error);
  };

  const server = createServer();
  await listening(server, options.port, host);
  try {
    const journal = dataDir === undefined ? inMemoryJournal : openJournal(dataDir, fail);
    const context = {
      store: new Store(journal),
      cursors: new Cursors(options.cursorIdleMs ?? CURSOR_IDLE_MS),
      executed: new Map<string, number>(),
    };
    const users = options.users && knownUsers(options.users);
    server.on('connection', (socket) => {
      clients.add(socket);
      const ofConnection = { ...context, access: new Access(users) };
      serveConnection(socket, {
        execute: (command) => executeCommand(ofConnection, command),
        settled: () => journal.settled(),
        logger,
      });
    });
    const sweep = setInterval(() => {
      for (const collection of context.store.all()) {
        const expired = collection.removeExpired(Date.now());
        if (expired > 0) logger.debug(`${expired} documents of ${collection.namespace} expired`);
      }
      context.cursors.closeIdle(Date.now());
    }, options.ttlSweepMs ?? TTL_SWEEP_MS);
    const { port } = server.address() as AddressInfo;
    return {
      port,
      url: `mongodb://${host}:${port}`,
      withoutClients: () => clients.none(),
      async close() {
        clearInterval(sweep);
        const closed = new Promise((resolve) => server.close(resolve));
        await journal.settled().catch(() => undefined);
        clients.destroyAll();
        await closed;
        await journal.close();
      },
    };
  } catch (error) {
    server.close();
    throw error;
  }
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

export { createLogger, isLogLevel, logLevels, type Logger, type LogLevel } from './logger';
export type { MongoUser } from './access';
export { DataFolderUnusable } from '@rentalbook/embedded-storage';
