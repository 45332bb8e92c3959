import { eventually, freePorts } from '@rentalbook/test-kit';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { readEnvironment, type LauncherSettings } from '../src/environment';
import { createLogLines } from '../src/log-lines';
import { observationOf } from '../src/observe/observation';
import { requirePorts } from '../src/ports';
import { welcome } from '../src/ready';
import { createSupervisor } from '../src/supervisor';

const root = join(__dirname, '../../..');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rentalbook-observe-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A folder of executables that do nothing but run. */
function binaries(place: string, names: readonly string[], script = 'exec sleep 600'): string {
  const bin = join(folder, place);
  mkdirSync(bin);
  for (const name of names) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

const settingsWith = (given: Partial<LauncherSettings> = {}): LauncherSettings => ({
  ...readEnvironment(),
  RENTALBOOK_DATA: join(folder, 'data'),
  OBSERVE_BIN_DIR: undefined,
  OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: undefined,
  METRICS_PORT: undefined,
  ...given,
});
const ALL = ['jaeger', 'prometheus', 'alertmanager'];
const planned = (settings: LauncherSettings, path: string) => observationOf(settings, path).plan(root);

describe('what npm start -- --observe starts', () => {
  it('are the executables of OBSERVE_BIN_DIR, and those of PATH that it does not have', () => {
    const own = binaries('own', ['jaeger', 'prometheus']);
    const path = binaries('path', ALL);
    const { programs } = planned(settingsWith({ OBSERVE_BIN_DIR: own }), ['/no/folder', path].join(delimiter));
    expect(programs.map(({ command }) => command).sort()).toEqual(
      [join(own, 'jaeger'), join(own, 'prometheus'), join(path, 'alertmanager')].sort(),
    );
  });

  it('is what is there: one sentence says of each other part how to get it, and nothing is started for it', () => {
    const path = binaries('path', ['prometheus']);
    writeFileSync(join(path, 'jaeger'), 'no program');
    mkdirSync(join(path, 'alertmanager'));
    const observation = observationOf(settingsWith(), path);
    expect(observation.missing).toEqual([
      'Jaeger is not started: there is no executable "jaeger" in PATH; install it, or set OBSERVE_BIN_DIR to its folder; "COMPOSE_PROFILES=observe docker compose up --build" runs everything in containers.',
      expect.stringMatching(/^Alertmanager is not started: there is no executable "alertmanager" in PATH; [^\n]+\.$/),
    ]);
    expect(observation.ports).toEqual(['PROMETHEUS_PORT']);
    const { programs, env, links } = observation.plan(root);
    expect(programs.map(({ name }) => name)).toEqual(['prometheus']);
    expect(env).toEqual({});
    expect(links).toEqual([['Prometheus', 'http://localhost:9090/']]);
    expect(JSON.parse(configOf('prometheus'))).not.toHaveProperty('alerting');
  });

  it('is no Jaeger where the spans go elsewhere', () => {
    const settings = settingsWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' });
    const { missing, ports } = observationOf(settings, binaries('path', ALL));
    expect(missing).toEqual([
      'Jaeger is not started: spans go to http://collector:4318, as OTEL_EXPORTER_OTLP_ENDPOINT says.',
    ]);
    expect(ports).toEqual(['PROMETHEUS_PORT', 'ALERTMANAGER_PORT']);
  });

  const configOf = (name: string): string => readFileSync(join(folder, 'data/observe', `${name}.json`), 'utf8');

  it('reads the metrics ports of all five services, judges by the generated rules, and listens on this machine alone', () => {
    const { programs, env, links } = planned(settingsWith({ METRICS_PORT: 7150, OTLP_PORT: 7160 }), binaries('b', ALL));
    const prometheus = JSON.parse(configOf('prometheus')) as {
      rule_files: string[];
      alerting: object;
      scrape_configs: object[];
    };
    expect(prometheus.scrape_configs).toEqual([
      {
        job_name: 'rentalbook',
        static_configs: [{ targets: [7150, 7151, 7152, 7153, 7154].map((port) => `localhost:${String(port)}`) }],
      },
    ]);
    expect(prometheus.rule_files.map((file) => existsSync(file))).toEqual([true]);
    expect(prometheus.alerting).toEqual({ alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:9093'] }] }] });
    expect(env).toEqual({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:7160' });
    expect(links.map(([title]) => title)).toEqual(['Jaeger', 'Prometheus', 'Alertmanager']);
    const listening = [...programs.flatMap(({ args }) => args), configOf('jaeger')].join('\n');
    const addresses = [...listening.matchAll(/(?:listen-address=|"endpoint": ")([^:"\n]*)/g)].map(([, host]) => host);
    // Alertmanager has no listener for a cluster.
    expect(addresses.sort()).toEqual(['', ...Array.from({ length: 5 }, () => '127.0.0.1')]);
    expect(statSync(join(folder, 'data/observe')).mode & 0o777).toBe(0o700);
  });

  it('serves metrics on 9464 and the next four, unless METRICS_PORT says otherwise', () => {
    expect(observationOf(settingsWith(), '').settings.METRICS_PORT).toBe(9464);
    expect(observationOf(settingsWith({ METRICS_PORT: 7150 }), '').settings.METRICS_PORT).toBe(7150);
  });

  it('needs ports of its own, which are refused before anything starts', async () => {
    const free = await freePorts(8);
    const [PORT = 0, BOOK_PORT = 0, RESERVE_PORT = 0, RENTAL_PORT = 0, MYPAGE_PORT = 0, ...rest] = free;
    const [EMBEDDED_KAFKA_PORT = 0, EMBEDDED_MONGO_PORT = 0, PROMETHEUS_PORT = 0] = rest;
    const settings = settingsWith({
      ...{ PORT, BOOK_PORT, RESERVE_PORT, RENTAL_PORT, MYPAGE_PORT },
      ...{ EMBEDDED_KAFKA_PORT, EMBEDDED_MONGO_PORT, PROMETHEUS_PORT },
    });
    const taken = createServer().listen(PROMETHEUS_PORT, '127.0.0.1');
    await once(taken, 'listening');
    try {
      await expect(requirePorts(settings, ['PROMETHEUS_PORT'])).rejects.toThrow(
        `Port ${String(PROMETHEUS_PORT)} (PROMETHEUS_PORT) is in use by another program; stop it or set PROMETHEUS_PORT.`,
      );
      // What is not started needs none.
      await expect(requirePorts(settings)).resolves.toBeUndefined();
      await expect(requirePorts({ ...settings, JAEGER_PORT: PORT }, ['JAEGER_PORT'])).rejects.toThrow(
        `Settings PORT and JAEGER_PORT share port ${String(PORT)}`,
      );
    } finally {
      taken.close();
    }
  });

  it('runs until it is stopped, by its id; what cannot run is left out with its last words', async () => {
    const bin = binaries('works', ['prometheus'], `echo "$@" > ${join(folder, 'arguments')}; exec sleep 600`);
    binaries('fails', ['alertmanager'], 'echo "no such flag" >&2; exit 2');
    const { programs } = planned(settingsWith({ OBSERVE_BIN_DIR: bin }), join(folder, 'fails'));
    const leftOut: string[] = [];
    const supervisor = createSupervisor({
      log: createLogLines(new PassThrough().resume()),
      env: { PATH: process.env['PATH'] },
      onStarted: () => undefined,
      mayGiveUp: () => true,
      onHopeless: ({ name }, lastWords) => leftOut.push(`${name}: ${lastWords}`),
      pausesMs: { first: 1, most: 1 },
    });
    supervisor.start(programs);
    await eventually(() => existsSync(join(folder, 'arguments')) && leftOut.length > 0, { what: 'both have started' });
    const pid = supervisor.pids()['prometheus'] ?? 0;
    expect(() => process.kill(pid, 0)).not.toThrow();
    expect(leftOut).toEqual(['alertmanager: no such flag']);
    await supervisor.stop([{ programs, withinMs: 5_000 }]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(readFileSync(join(folder, 'arguments'), 'utf8')).toContain(
      `--config.file=${join(folder, 'data/observe/prometheus.json')}`,
    );
  });
});

describe('the greeting', () => {
  const tokens = { member: 'm', librarian: 'l' };
  const router = { url: 'http://localhost:4000/graphql', hasIde: true };
  it('has the addresses of what --observe started below those of the system', () => {
    const text = welcome(router, tokens, 2_600, [['Prometheus', 'http://localhost:9090/']]);
    expect(text).toContain(
      '  GraphQL      http://localhost:4000/graphql\n  IDE          http://localhost:4000/\n  Prometheus   http://localhost:9090/\n',
    );
  });

  it('is as the README shows it without', () => {
    expect(welcome(router, tokens, 2_600)).toContain(
      'rentalbook is ready after 2.6 s.\n\n  GraphQL   http://localhost:4000/graphql\n  IDE       http://localhost:4000/\n',
    );
  });

  it('names no IDE in production, which has none', () => {
    expect(welcome({ ...router, hasIde: false }, tokens, 2_600)).not.toContain('IDE');
  });
});
