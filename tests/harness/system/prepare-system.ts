import {
  ensureDevelopmentKeys,
  issueDevelopmentToken,
  planSystem,
  type Program,
  type SystemPlan,
} from '@rentalbook/cli';
import { freePorts, freeRun, newDataFolder, serviceNames } from '@rentalbook/test-kit';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startFaultProxy, type FaultProxy } from '../fault-proxy';
import type { ServiceName } from '../../../tools/services';

export type EngineName = 'kafka' | 'mongo';

/** What the system is set to; the usual keeps no caller from anything. */
export interface SystemSettings {
  /** Points that one member, and one address, may spend in ten seconds. */
  readonly budget: number;
  /** Settings of every service, in place of their defaults. */
  readonly env: Readonly<Record<string, string>>;
  /** Settings of one service, made once its system's data folder holds the keys and passwords. */
  readonly envOf?: (service: ServiceName, prepared: Prepared) => Readonly<Record<string, string>>;
  /** Whether the services serve their metrics. */
  readonly isMeasured?: boolean;
}

/** What there is of a system before its services start. */
export interface Prepared {
  readonly dataDir: string;
  readonly proxies: Readonly<Record<EngineName, FaultProxy>>;
}

const USUAL: SystemSettings = { budget: 1_000_000, env: {} };
export const KEY_MODE = 'production';
const HOST = '127.0.0.1';
const TOPIC = 'rentalbook';

export interface PreparedSystem extends Prepared {
  readonly url: string;
  readonly topic: string;
  /** The folder in which crash points are armed. */
  readonly arming: string;
  /** The embedded engines, whether they are used or not. */
  readonly ownEngines: SystemPlan;
  readonly services: readonly Program[];
  /** host:port of the metrics of each service; none unless they are measured. */
  readonly metricsAddresses: readonly string[];
}

/** Makes what there is of a system before anything runs: folder, keys, ports, proxies, and the settings of each process. */
export async function prepareSystem(
  built: string,
  { budget, env, envOf = () => ({}), isMeasured = false }: SystemSettings = USUAL,
  hasRealEngines: boolean,
): Promise<PreparedSystem> {
  const dataDir = newDataFolder();
  const arming = join(dataDir, 'armed');
  mkdirSync(arming);
  mkdirSync(join(dataDir, 'policy'));
  const metricsPort = isMeasured ? await freeRun(serviceNames.length) : undefined;
  const proxies = { kafka: await startFaultProxy(), mongo: await startFaultProxy() };
  const keys = await ensureDevelopmentKeys(dataDir, KEY_MODE);
  const token = await issueDevelopmentToken(dataDir, { memberId: 'anonymous' });
  const settings = await settingsOf(dataDir, budget, metricsPort);
  const tokens = { member: token, secondMember: token, librarian: token };
  const ownEngines = planSystem(built, settings, keys, tokens);
  // Real engines are open; the embedded ones know the services by their passwords, also behind a proxy.
  const behindProxies = {
    KAFKA_BROKERS: `${HOST}:${String(proxies.kafka.port)}`,
    MONGO_URL: `mongodb://${HOST}:${String(proxies.mongo.port)}`,
  };
  const planned = hasRealEngines ? planSystem(built, { ...settings, ...behindProxies }, keys, tokens) : ownEngines;
  return {
    ...{ dataDir, arming, proxies, ownEngines, topic: TOPIC },
    url: `http://localhost:${String(settings.PORT)}/graphql`,
    services: planned.services.map((program) => ({
      ...program,
      env: {
        ...program.env,
        ...(program.name !== 'router' && behindProxies),
        ...env,
        ...envOf(program.name as ServiceName, { dataDir, proxies }),
      },
    })),
    metricsAddresses:
      metricsPort === undefined ? [] : serviceNames.map((_, place) => `localhost:${String(metricsPort + place)}`),
  };
}

async function settingsOf(dataDir: string, budget: number, metricsPort: number | undefined) {
  const [EMBEDDED_KAFKA_PORT = 0, EMBEDDED_MONGO_PORT = 0, ...servicePorts] = await freePorts(7);
  const [PORT = 0, BOOK_PORT = 0, RESERVE_PORT = 0, RENTAL_PORT = 0, MYPAGE_PORT = 0] = servicePorts;
  return {
    ...{ PORT, BOOK_PORT, RESERVE_PORT, RENTAL_PORT, MYPAGE_PORT, EMBEDDED_KAFKA_PORT, EMBEDDED_MONGO_PORT },
    RENTALBOOK_DATA: dataDir,
    KAFKA_TOPIC: TOPIC,
    KAFKA_GROUP_PREFIX: '',
    CACHE: 'off' as const,
    MONGO_DATABASE_PREFIX: 'rentalbook-',
    MEMBER_BUDGET: budget,
    ADDRESS_BUDGET: budget,
    QUEUE_TARGET_MS: 2_000,
    LOG_LEVEL: 'warn',
    NODE_ENV: KEY_MODE,
    UNSIGNED_EVENTS: 'refuse',
    ...(metricsPort !== undefined && { METRICS_PORT: metricsPort }),
  } as const;
}
