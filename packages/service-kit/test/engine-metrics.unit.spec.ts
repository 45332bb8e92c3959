import { noopMetrics, type Metrics } from '@rentalbook/messaging';
import type { Connection } from 'mongoose';
import { X509Certificate } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { measureCertificates, measurePool } from '../src/engines/measured';

/** Metrics that keep the value of each gauge now. */
function keeping() {
  const gauges = new Map<string, () => Promise<number> | number>();
  const metrics: Metrics = {
    ...noopMetrics,
    gauge: (what, read, ...[labels = {}]) => void gauges.set([what, ...Object.values(labels)].join(' '), read),
  };
  return { metrics, gauges };
}

describe('the pool of connections', () => {
  it('is as full as the driver reports, also when a wait failed or began before the count', () => {
    const { metrics, gauges } = keeping();
    const client = new EventEmitter();
    measurePool({ getClient: () => client } as unknown as Connection, metrics);
    const now = () => [...gauges.values()].map((read) => read());
    client.emit('connectionCheckedIn');
    expect(now()).toEqual([0, 0]);
    client.emit('connectionCheckedOut');
    for (let wait = 0; wait < 4; wait += 1) client.emit('connectionCheckOutStarted');
    client.emit('connectionCheckOutFailed');
    client.emit('connectionCheckedOut');
    expect(now()).toEqual([2, 2]);
  });
});

describe('the certificates of the settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rentalbook-certificates-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('expire when the first of each file does, which is read again each time', async () => {
    const { metrics, gauges } = keeping();
    const file = join(folder, 'ca.pem');
    const settings = { KAFKA_SSL_CA_FILE: file } as Parameters<typeof measureCertificates>[0];
    const expiries = rootCertificates.slice(0, 5).map((pem) => Date.parse(new X509Certificate(pem).validTo) / 1_000);
    writeFileSync(file, rootCertificates.slice(0, 5).join('\n'));
    measureCertificates(settings, metrics);
    const read = gauges.get('certificate_expiry_timestamp_seconds kafka_ca');
    expect([...gauges.keys()]).toHaveLength(1);
    expect(await read?.()).toBe(Math.min(...expiries));
    writeFileSync(file, String(rootCertificates[1]));
    expect(await read?.()).toBe(expiries[1]);
  });
});
