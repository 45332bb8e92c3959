import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificateOf } from '../../harness/certificate';
import type { Prepared } from '../../harness/system/prepare-system';
import type { ServiceName } from '../../../tools/services';
import { serveClusterMetrics, type ClusterMetrics } from './cluster-metrics';
import { startKeyIssuer, type KeyIssuer } from './key-issuer';
import { startTlsEntrance } from './tls-entrance';

/** What a system depends on and does not run itself: certificates, passwords, the issuer of tokens, a cluster, time. */
export interface Outside {
  readonly cluster: ClusterMetrics;
  readonly issuer: KeyIssuer;
  /** Puts a certificate beside the one that Book trusts MongoDB by, or takes it away. */
  trustAlso(certificate: string | undefined): void;
  /** Writes Reserve's password of Kafka into its file; undefined is the right one. */
  passwordOfReserve(password: string | undefined): void;
  /** The router's monotonic clock jumps. */
  passHours(hours: number): void;
  /** Settings of the services that use these. */
  envOf(service: ServiceName, prepared: Prepared): Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** Beyond every threshold. */
const VALID_DAYS = 400;

export async function startOutside(root: string, folder: string): Promise<Outside> {
  const own = certificateOf('localhost', VALID_DAYS);
  const [authority, ahead, password] = ['authority.pem', 'ahead', 'reserve.password'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  writeFileSync(authority, own.certificate);
  writeFileSync(ahead, '0');
  const [cluster, issuer, tls] = await Promise.all([serveClusterMetrics(), startKeyIssuer(own), startTlsEntrance(own)]);
  let hoursPassed = 0;
  let rightPassword = '';
  return {
    cluster,
    issuer,
    trustAlso(certificate) {
      writeFileSync(authority, [own.certificate, certificate].join('\n'));
    },
    passwordOfReserve(other) {
      writeFileSync(password, other ?? rightPassword);
    },
    passHours(hours) {
      hoursPassed += hours;
      writeFileSync(ahead, String(hoursPassed * HOUR_MS));
    },
    envOf(service, { dataDir, proxies }): Readonly<Record<string, string>> {
      switch (service) {
        case 'router':
          issuer.publish(join(dataDir, 'keys/jwks.json'));
          return {
            ...{ JWT_JWKS_FILE: '', JWT_JWKS_URL: issuer.url, NODE_EXTRA_CA_CERTS: authority },
            NODE_OPTIONS: `--require "${join(root, 'tests/alerts/outside/hours-ahead.cjs')}"`,
            AHEAD_FILE: ahead,
          };
        case 'book':
          tls.standBefore(proxies.mongo.port);
          return { MONGO_URL: `mongodb://localhost:${String(tls.port)}`, MONGO_TLS_CA_FILE: authority };
        case 'reserve':
          rightPassword = readFileSync(join(dataDir, 'keys/engines/reserve.password'), 'utf8');
          writeFileSync(password, rightPassword);
          return { KAFKA_SASL_PASSWORD_FILE: password };
        default:
          return {};
      }
    },
    async stop() {
      await Promise.all([cluster.stop(), issuer.stop(), tls.stop()]);
    },
  };
}
