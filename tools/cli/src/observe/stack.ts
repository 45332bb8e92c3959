import { ensureFolder } from '@rentalbook/embedded-storage/ensure-folder';
import {
  alertmanagerConfig,
  jaegerConfig,
  listedServices,
  prometheusConfig,
  RULES_FILE,
} from '@rentalbook/observability/stack';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LauncherSettings } from '../environment';
import { METRICS_PORTS } from '../ports';
import type { Executable } from '../supervisor';
import { parts, type AtHand, type PartName } from './parts';

const EVERY = '5s';
const HOST = '127.0.0.1';
const OWNER_ONLY = 0o700;

/** What `--observe` starts beside the system, and what the system is given. */
export interface Stack {
  readonly programs: readonly Executable[];
  /** Settings of the services. */
  readonly env: Readonly<Record<string, string>>;
  /** For the greeting: a title and an address each. */
  readonly links: readonly (readonly [title: string, address: string])[];
}

/** Observed services always serve metrics. */
export type ObservedSettings = LauncherSettings & { readonly METRICS_PORT: number };

export const NO_STACK: Stack = { programs: [], env: {}, links: [] };

/** Plans what is at hand; data and configurations are in the folder `observe` of the data folder. */
export function planStack(root: string, settings: ObservedSettings, executables: AtHand['executables']): Stack {
  const folder = join(settings.RENTALBOOK_DATA, 'observe');
  const { PROMETHEUS_PORT, ALERTMANAGER_PORT, JAEGER_PORT, OTLP_PORT, METRICS_PORT } = settings;
  const at = (port: number): string => `${HOST}:${String(port)}`;
  const page = (port: number): string => `http://localhost:${String(port)}/`;
  const targets = Array.from({ length: METRICS_PORTS }, (_, place) => `localhost:${String(METRICS_PORT + place)}`);
  const plans: Readonly<Record<PartName, { config: object; args: (config: string) => string[]; port: number }>> = {
    jaeger: {
      config: jaegerConfig({ host: HOST, ports: { page: JAEGER_PORT, otlp: OTLP_PORT } }),
      args: (config) => [`--config=${config}`],
      port: JAEGER_PORT,
    },
    prometheus: {
      config: prometheusConfig({
        services: listedServices(targets),
        rules: join(root, RULES_FILE),
        alertmanager: executables.has('alertmanager') ? at(ALERTMANAGER_PORT) : undefined,
        every: EVERY,
      }),
      args: (config) => [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'prometheus')}`,
        `--web.listen-address=${at(PROMETHEUS_PORT)}`,
        `--web.external-url=${page(PROMETHEUS_PORT)}`,
        '--enable-feature=exemplar-storage',
        '--log.level=warn',
      ],
      port: PROMETHEUS_PORT,
    },
    alertmanager: {
      config: alertmanagerConfig(),
      args: (config) => [
        `--config.file=${config}`,
        `--storage.path=${join(folder, 'alertmanager')}`,
        `--web.listen-address=${at(ALERTMANAGER_PORT)}`,
        `--web.external-url=${page(ALERTMANAGER_PORT)}`,
        '--cluster.listen-address=',
        '--log.level=warn',
      ],
      port: ALERTMANAGER_PORT,
    },
  };
  ensureFolder(folder, { mode: OWNER_ONLY });
  const programs = [...executables].map(([name, command]): Executable => {
    const { config, args } = plans[name];
    const file = join(folder, `${name}.json`);
    writeFileSync(file, `${JSON.stringify(config, undefined, 2)}\n`);
    // Jaeger would trace itself, and send that to where it thinks a collector is.
    return { name, command, args: args(file), env: { OTEL_TRACES_SAMPLER: 'always_off' } };
  });
  const isTraced = executables.has('jaeger');
  return {
    programs,
    env: isTraced ? { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${at(OTLP_PORT)}` } : {},
    links: parts
      .filter(({ name }) => executables.has(name))
      .map(({ name, title }) => [title, page(plans[name].port)] as const),
  };
}
