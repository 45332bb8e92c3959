import { prometheusConfig, RULES_FILE } from '@rentalbook/observability/stack';
import { freePorts } from '@rentalbook/test-kit';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { NAMESPACE } from './cluster';
import { startProgram, type Keep, type Program } from './programs';
import type { Stage } from './stage';

const READY_WITHIN_MS = 15_000;
const EVERY = '2s';

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert?: string; readonly for?: string }[] }[];
}

interface AnnotatedPods {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
    readonly status: { readonly phase: string };
  }[];
}

/**
 * The pods that are annotated to be read, as a list of file_sd_configs: Debian's Prometheus cannot ask a cluster. They are read through the
 * API server, which can be reached from here in any cluster.
 */
async function targetsOf({ cluster }: Stage, address: string): Promise<readonly object[]> {
  const { items } = await cluster.kubectl.json<AnnotatedPods>(['--namespace', NAMESPACE, 'get', 'pods']);
  return items
    .filter(({ status }) => status.phase === 'Running')
    .flatMap(({ metadata: { name, annotations = {} } }) => {
      const of = (what: string): string => annotations[`prometheus.io/${what}`] ?? '';
      const path = `/api/v1/namespaces/${NAMESPACE}/pods/${name}:${of('port')}/proxy${of('path')}`;
      return of('scrape') === 'true'
        ? [{ targets: [address], labels: { instance: name, __metrics_path__: path } }]
        : [];
    });
}

/** Starts `kubectl proxy`, which passes requests on to the API server with kubectl's own credentials. */
async function openApiServer(stage: Stage, keep: Keep): Promise<{ readonly proxy: Program; readonly address: string }> {
  let said = '';
  const proxy = keep(
    stage.cluster.kubectl.follow(['proxy', '--port=0'], (line) => {
      said = line;
    }),
  );
  const address = await stage.until(
    () => {
      proxy.check();
      return /127\.0\.0\.1:\d+/.exec(said)?.[0];
    },
    { withinMs: READY_WITHIN_MS, what: 'an address of kubectl proxy' },
  );
  return { proxy, address };
}

export interface FiringAlert {
  readonly name: string;
  readonly service: string | undefined;
}

/** Starts a Prometheus that reads the services and judges by our rules; `waits` puts another `for` in the place of an alert's own. */
export async function startPrometheus(
  stage: Stage,
  keep: Keep,
  folder: string,
  waits: Readonly<Record<string, string>> = {},
) {
  const { proxy, address } = await openApiServer(stage, keep);
  const [port = 0] = await freePorts(1);
  const rules = join(folder, 'rules.json');
  const { groups } = parse(readFileSync(RULES_FILE, 'utf8')) as Rules;
  const judging = groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => ({ ...rule, ...(waits[rule.alert ?? ''] && { for: waits[rule.alert ?? ''] }) })),
  }));
  writeFileSync(rules, JSON.stringify({ groups: judging }));
  const targets = join(folder, 'targets.json');
  const discover = async (): Promise<void> => {
    writeFileSync(`${targets}.new`, JSON.stringify(await targetsOf(stage, address)));
    renameSync(`${targets}.new`, targets);
  };
  await discover();
  const config = join(folder, 'prometheus.json');
  const services = { job_name: 'rentalbook', file_sd_configs: [{ files: [targets], refresh_interval: EVERY }] };
  writeFileSync(config, JSON.stringify(prometheusConfig({ services, rules, every: EVERY })));
  const program = keep(
    startProgram('prometheus', [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'prometheus')}`,
      `--web.listen-address=127.0.0.1:${String(port)}`,
      '--log.level=warn',
    ]),
  );
  const api = `http://127.0.0.1:${String(port)}`;
  const get = async <Data>(path: string): Promise<Data> => {
    program.check();
    proxy.check();
    await discover();
    return ((await (await fetch(`${api}/api/v1/${path}`)).json()) as { readonly data: Data }).data;
  };
  await stage.until(
    async () => {
      program.check();
      return (await fetch(`${api}/-/ready`).catch(() => undefined))?.ok;
    },
    { withinMs: READY_WITHIN_MS, what: 'an answer of Prometheus' },
  );
  return {
    /** The value of a query that has one series; 0 without any. */
    async value(query: string): Promise<number> {
      const { result } = await get<{ readonly result: readonly { readonly value: readonly [number, string] }[] }>(
        `query?query=${encodeURIComponent(query)}`,
      );
      return Number(result[0]?.value[1] ?? 0);
    },
    async firing(): Promise<readonly FiringAlert[]> {
      const { alerts } = await get<{
        readonly alerts: readonly { readonly state: string; readonly labels: Readonly<Record<string, string>> }[];
      }>('alerts');
      return alerts
        .filter(({ state }) => state === 'firing')
        .map(({ labels }) => ({ name: labels['alertname'] ?? '', service: labels['service'] }));
    },
  };
}
