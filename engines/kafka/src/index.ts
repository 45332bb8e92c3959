import { ClientSockets, knownUsers } from '@rentalbook/embedded-storage';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Access, type KafkaUser } from './access';
import { Broker } from './broker';
import { serveConnection } from './connection';
import { Storage } from './log/storage';
import { silentLogger, type Logger } from './logger';

export interface EmbeddedKafkaOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** The advertised port, for a broker behind a proxy; by default the one that it listens on. */
  readonly advertisedPort?: number | undefined;
  /** Where everything is kept; without it in memory. */
  readonly dataDir?: string;
  /** Who may log in, and do what; without it every client may do everything. */
  readonly users?: readonly KafkaUser[] | undefined;
  readonly host?: string;
  readonly logger?: Logger;
}

export interface EmbeddedKafka {
  readonly port: number;
  /** For KAFKA_BROKERS. */
  readonly brokers: string;
  close(): Promise<void>;
  /** Resolves once no client is connected. */
  withoutClients(): Promise<void>;
}

/**
 * Starts a Kafka-protocol broker on this machine; rejects with EADDRINUSE when the port is taken, and with
 * DataFolderUnusable when the folder cannot be had.
 */
export async function startEmbeddedKafka(options: EmbeddedKafkaOptions): Promise<EmbeddedKafka> {
  const { host = '127.0.0.1', logger = silentLogger } = options;
  const clients = new ClientSockets();
  const server = createServer();
  server.listen({ port: options.port, host });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the broker listens on no port');
  const broker = new Broker(openStorage(options.dataDir, server), {
    host,
    port: options.advertisedPort ?? address.port,
  });

  const users = options.users && knownUsers(options.users);
  server.on('connection', (socket) => {
    clients.add(socket);
    serveConnection(socket, broker, new Access(users), logger);
  });
  return {
    port: address.port,
    brokers: `${host}:${String(address.port)}`,
    withoutClients: () => clients.none(),
    async close() {
      server.close();
      clients.destroyAll();
      await once(server, 'close');
      broker.close();
    },
  };
}

function openStorage(dataDir: string | undefined, server: Server): Storage {
  try {
    return new Storage(dataDir);
  } catch (error) {
    server.close();
    throw error;
  }
}

export type { KafkaUser, Right } from './access';
