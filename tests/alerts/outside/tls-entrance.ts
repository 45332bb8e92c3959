import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Certificate } from '../../harness/certificate';

/** Takes connections by TLS and hands them on without: the embedded engines know no TLS. */
export interface TlsEntrance {
  readonly port: number;
  standBefore(port: number): void;
  stop(): Promise<void>;
}

export async function startTlsEntrance({ certificate, privateKey }: Certificate): Promise<TlsEntrance> {
  let target: number | undefined;
  const sockets = new Set<Socket>();
  const server = createServer({ cert: certificate, key: privateKey }, (client) => {
    if (target === undefined) {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      // The other side hung up; "close" follows.
      socket.on('error', () => socket.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    standBefore(port) {
      target = port;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
