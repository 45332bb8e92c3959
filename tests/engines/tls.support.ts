import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer, type SecureContextOptions } from 'node:tls';

export const hasOpenssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;

const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Writes NAME.pem, a certificate of localhost that is its own authority, and NAME.key into the folder. */
export function makeCertificate(folder: string, name: string): void {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
  const out = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)];
  execFileSync('openssl', ['req', '-x509', ...EC_KEY, ...subject, ...out], { stdio: 'ignore' });
}

export interface TlsProxy {
  readonly port: number;
  /** New connections get another certificate; those that are open stay. */
  use(name: string): void;
  close(): Promise<void>;
}

/** Ends TLS, with a certificate of the folder, before a server of this machine that has none. */
export async function startTlsProxy(serverPort: number, folder: string, name: string): Promise<TlsProxy> {
  const sockets = new Set<Socket>();
  const certificate = (of: string): SecureContextOptions => ({
    cert: readFileSync(join(folder, `${of}.pem`)),
    key: readFileSync(join(folder, `${of}.key`)),
  });
  const server = createServer(certificate(name), (client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      // "close" follows, and ends the other side.
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    use: (other) => {
      server.setSecureContext(certificate(other));
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
