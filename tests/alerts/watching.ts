import { createLogLines, createSupervisor, untilAccepts, type Executable } from '@rentalbook/cli';
import { alertmanagerConfig, listedServices, prometheusConfig } from '@rentalbook/observability/stack';
import { eventually, freePorts } from '@rentalbook/test-kit';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const HOST = '127.0.0.1';
/** Twice as long as a service may take for its metrics on a busy machine. */
const EVERY_MS = 2_000;
const STOPS_WITHIN_MS = 5_000;

/** A Prometheus with an Alertmanager, and what Alertmanager shows. */
export interface Watching {
  /** The alerts that fire now. */
  firing(): Promise<ReadonlySet<string>>;
  /** Waits until the condition about what fires holds; resolves to the milliseconds that took, or undefined after `withinMs`. */
  until(holds: (firing: ReadonlySet<string>) => boolean, withinMs: number): Promise<number | undefined>;
  /** Every alert that fired since the call before. */
  sinceLast(): ReadonlySet<string>;
  stop(): Promise<void>;
}

interface WatchingOptions {
  readonly executables: Readonly<Record<'prometheus' | 'alertmanager', string>>;
  readonly folder: string;
  /** Each has a Prometheus of its own. */
  readonly rules: readonly object[];
  readonly targets: readonly string[];
  /** host:port of the metrics of a cluster. */
  readonly cluster: string;
  readonly path: string;
}

/** Starts both; reads the services every two seconds, and judges as often. */
export async function startWatching(options: WatchingOptions): Promise<Watching> {
  const { folder, rules, targets, path } = options;
  mkdirSync(folder, { recursive: true });
  const [alertmanagerPort = 0, ...prometheusPorts] = await freePorts(1 + rules.length);
  const alertmanager = `${HOST}:${String(alertmanagerPort)}`;
  const programs = [
    alertmanagerProgram(options, alertmanager),
    ...prometheusPorts.map((port, place) => prometheusProgram(options, { place, port, alertmanager })),
  ];
  const supervisor = createSupervisor({
    log: createLogLines(createWriteStream(join(folder, 'watching.log'))),
    env: { PATH: path },
    onStarted: () => undefined,
    mayGiveUp: () => false,
    onHopeless: () => undefined,
  });
  supervisor.start(programs);
  const patience = AbortSignal.timeout(30_000);
  await Promise.all([...prometheusPorts, alertmanagerPort].map((port) => untilAccepts(port, patience)));
  patience.throwIfAborted();
  // Until it has read every service, each is missing.
  await eventually(
    async () => {
      const read = prometheusPorts.map((port) => valueOf(`http://${HOST}:${String(port)}`, 'sum(up)'));
      return (await Promise.all(read)).every((up) => up === targets.length + 1);
    },
    {
      what: 'Prometheus reads every service',
    },
  );

  let seen = new Set<string>();
  const firing = async (): Promise<ReadonlySet<string>> => {
    const answer = await fetch(`http://${alertmanager}/api/v2/alerts?active=true`);
    const alerts = (await answer.json()) as readonly { readonly labels: { readonly alertname: string } }[];
    const names = new Set(alerts.map(({ labels }) => labels.alertname));
    for (const name of names) seen.add(name);
    return names;
  };
  return {
    firing,
    async until(holds, withinMs) {
      const startedAt = performance.now();
      for (;;) {
        if (holds(await firing())) return performance.now() - startedAt;
        if (performance.now() - startedAt > withinMs) return undefined;
        await delay(EVERY_MS / 8);
      }
    },
    sinceLast() {
      const before = seen;
      seen = new Set();
      return before;
    },
    stop: () => supervisor.stop([{ programs, withinMs: STOPS_WITHIN_MS }]),
  };
}

function write(folder: string, name: string, content: object): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content, undefined, 2));
  return file;
}

const alertmanagerProgram = ({ executables, folder }: WatchingOptions, address: string): Executable => ({
  name: 'alertmanager',
  command: executables.alertmanager,
  args: [
    `--config.file=${write(folder, 'alertmanager.json', alertmanagerConfig())}`,
    `--storage.path=${join(folder, 'alertmanager')}`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
  ],
  env: {},
});

function prometheusProgram(
  { executables, folder, rules, targets, cluster }: WatchingOptions,
  { place, port, alertmanager }: { place: number; port: number; alertmanager: string },
): Executable {
  const name = `prometheus-${String(place + 1)}`;
  const config = prometheusConfig({
    services: listedServices(targets),
    rules: write(folder, `${name}-rules.json`, rules[place] ?? {}),
    alertmanager,
    every: `${String(EVERY_MS)}ms`,
  });
  const clusterJob = { job_name: 'cluster', static_configs: [{ targets: [cluster] }] };
  const file = write(folder, `${name}.json`, { ...config, scrape_configs: [...config.scrape_configs, clusterJob] });
  return {
    name,
    command: executables.prometheus,
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, name)}`,
      `--web.listen-address=${HOST}:${String(port)}`,
      // By default an alert is sent again after a minute: a notification of its end must not be later than its cause's.
      '--rules.alert.resend-delay=1s',
    ],
    env: {},
  };
}

async function valueOf(prometheus: string, query: string): Promise<number> {
  const answer = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
  const { data } = (await answer.json()) as {
    readonly data: { readonly result: readonly { value: [number, string] }[] };
  };
  return Number(data.result[0]?.value[1]);
}
