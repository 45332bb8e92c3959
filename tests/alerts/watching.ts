import { createLogLines, createSupervisor, untilAccepts, type Executable } from '@rentalbook/cli';
import { alertmanagerConfig, listedServices, prometheusConfig } from '@rentalbook/observability/stack';
import { eventually, freePorts } from '@rentalbook/test-kit';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const HOST = '127.0.0.1';
const EVERY_MS = 1_000;
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
  readonly rules: object;
  readonly targets: readonly string[];
  readonly path: string;
}

/** Starts both; reads the services every second, and judges as often. */
export async function startWatching({ executables, folder, rules, targets, path }: WatchingOptions): Promise<Watching> {
  mkdirSync(folder, { recursive: true });
  const [prometheusPort = 0, alertmanagerPort = 0] = await freePorts(2);
  const write = (name: string, content: object): string => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(content, undefined, 2));
    return file;
  };
  const alertmanager = `${HOST}:${String(alertmanagerPort)}`;
  const config = prometheusConfig({
    services: listedServices(targets),
    rules: write('rules.json', rules),
    alertmanager,
    every: `${String(EVERY_MS)}ms`,
  });
  const programs: readonly Executable[] = [
    {
      name: 'alertmanager',
      command: executables.alertmanager,
      args: [
        `--config.file=${write('alertmanager.json', alertmanagerConfig())}`,
        `--storage.path=${join(folder, 'alertmanager')}`,
        `--web.listen-address=${alertmanager}`,
        '--cluster.listen-address=',
      ],
      env: {},
    },
    {
      name: 'prometheus',
      command: executables.prometheus,
      args: [
        `--config.file=${write('prometheus.json', config)}`,
        `--storage.tsdb.path=${join(folder, 'prometheus')}`,
        `--web.listen-address=${HOST}:${String(prometheusPort)}`,
        // By default an alert is sent again after a minute: a notification of its end must not be later than its cause's.
        '--rules.alert.resend-delay=1s',
      ],
      env: {},
    },
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
  await Promise.all([prometheusPort, alertmanagerPort].map((port) => untilAccepts(port, patience)));
  patience.throwIfAborted();
  // Until it has read every service, each is missing.
  await eventually(
    async () => (await valueOf(`http://${HOST}:${String(prometheusPort)}`, 'sum(up)')) === targets.length,
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
        await delay(EVERY_MS / 4);
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

async function valueOf(prometheus: string, query: string): Promise<number> {
  const answer = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
  const { data } = (await answer.json()) as {
    readonly data: { readonly result: readonly { value: [number, string] }[] };
  };
  return Number(data.result[0]?.value[1]);
}
