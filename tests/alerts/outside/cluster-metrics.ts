import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

const DAY_SECONDS = 86_400;
const CAPACITY_BYTES = 10 * 1024 ** 3;

/** What kubelet and cert-manager expose about a cluster, which there is none of here: their metrics, under their names. */
export interface ClusterMetrics {
  /** host:port. */
  readonly address: string;
  /** The part of MongoDB's volume that is free. */
  free(part: number): void;
  /** In how many days the certificate of the entrance expires. */
  entranceExpiresIn(days: number): void;
  stop(): Promise<void>;
}

export async function serveClusterMetrics(): Promise<ClusterMetrics> {
  let freePart = 0.7;
  let days = 60;
  const volume = '{namespace="rentalbook",persistentvolumeclaim="data-my-mongo-0"}';
  const text = (): string =>
    [
      `kubelet_volume_stats_capacity_bytes${volume} ${String(CAPACITY_BYTES)}`,
      `kubelet_volume_stats_available_bytes${volume} ${String(CAPACITY_BYTES * freePart)}`,
      `certmanager_certificate_expiration_timestamp_seconds{namespace="rentalbook",name="entrance"} ${String(Date.now() / 1_000 + days * DAY_SECONDS)}`,
      '',
    ].join('\n');
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    free(part) {
      freePart = part;
    },
    entranceExpiresIn(number) {
      days = number;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
