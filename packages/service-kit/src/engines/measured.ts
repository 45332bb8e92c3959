import type { Metrics } from '@rentalbook/messaging';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Connection } from 'mongoose';
import type { EngineSettings } from './engine-settings';

/** Counts connections in use and operations that wait for one, as the driver reports them. */
export function measurePool(connection: Connection, metrics: Metrics): void {
  const client = connection.getClient();
  let [inUse, waiting] = [0, 0];
  // Check-outs that began before this was called end after it.
  const waited = (): void => void (waiting = Math.max(0, waiting - 1));
  client.on('connectionCheckOutStarted', () => (waiting += 1));
  client.on('connectionCheckOutFailed', waited);
  client.on('connectionCheckedOut', () => {
    waited();
    inUse += 1;
  });
  client.on('connectionCheckedIn', () => (inUse = Math.max(0, inUse - 1)));
  metrics.gauge('mongo_pool_connections', () => inUse, { state: 'in_use' });
  metrics.gauge('mongo_pool_connections', () => waiting, { state: 'waiting' });
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Reads the files at each scrape, so that a certificate that was renewed counts at once. */
export function measureCertificates(settings: EngineSettings, metrics: Metrics): void {
  const files = {
    kafka_ca: settings.KAFKA_SSL_CA_FILE,
    kafka_client: settings.KAFKA_SSL_CERT_FILE,
    mongo_ca: settings.MONGO_TLS_CA_FILE,
    mongo_client: settings.MONGO_TLS_CERT_FILE,
  };
  for (const [certificate, file] of Object.entries(files))
    if (file) metrics.gauge('certificate_expiry_timestamp_seconds', () => firstExpiryIn(file), { certificate });
}

/** Seconds since 1970. */
function firstExpiryIn(file: string): number {
  const certificates = readFileSync(file, 'utf8').match(CERTIFICATE) ?? [];
  return Math.min(...certificates.map((pem) => Date.parse(new X509Certificate(pem).validTo))) / 1_000;
}
