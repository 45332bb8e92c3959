import { version } from '../../package.json';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { deployments } from '../../tools/services';
import { root, text, OURS } from './delivery-files';
import './pipeline-files.cases';

interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

interface ComposeService {
  readonly build?: { readonly context: string; readonly target: string };
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly restart?: string;
  readonly user?: string;
  readonly healthcheck?: { readonly test: readonly string[]; readonly interval?: string };
  readonly depends_on?: Readonly<Record<string, object>>;
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
}

const compose = parse(text('compose.yaml'), { merge: true }) as Compose;
const dockerfile = text('Dockerfile');

/** The settings that the environment.ts of a service, or what it spreads, names as keys. */
function settingsOf(service: string): Set<string> {
  const own = service === 'gateway' ? ['router'] : ['subgraphs', service];
  const files = [text('packages/service-kit/src/settings/environment.ts'), text(...own, 'src/environment.ts')];
  return new Set(files.flatMap((file) => [...file.matchAll(/[\s{]([A-Z][A-Z_]+): /g)].map(([, name]) => name ?? '')));
}

describe('compose.yaml', () => {
  it('runs the five services and the two engines, and without a profile nothing else', () => {
    const usual = Object.entries(compose.services).filter(([, { profiles }]) => profiles === undefined);
    expect(usual.map(([name]) => name).sort()).toEqual([...OURS, 'kafka', 'mongo'].sort());
  });

  it.each(OURS)('gives %s only settings that it knows', (service) => {
    const given = Object.keys(compose.services[service]?.environment ?? {});
    expect(given).toContain(service === 'gateway' ? 'SIGNING_KEY_FILE' : 'SERVICE_KEYS_DIR');
    expect(given.filter((name) => !settingsOf(service).has(name))).toEqual([]);
  });

  it('labels every image with the version of package.json', () => {
    expect(dockerfile).toContain(`org.opencontainers.image.version=${version}\n`);
  });

  it.each(OURS)('builds %s from a stage that the Dockerfile has', (service) => {
    expect(dockerfile).toMatch(new RegExp(`^FROM service AS ${compose.services[service]?.build?.target ?? '-'}$`, 'm'));
  });

  it('asks every container whether it is healthy, and waits only for containers that there are', () => {
    for (const { healthcheck, depends_on = {} } of Object.values(compose.services)) {
      expect(healthcheck).toBeDefined();
      for (const name of Object.keys(depends_on)) expect(Object.keys(compose.services)).toContain(name);
    }
  });

  it.each(['kafka', 'mongo'])('keeps what %s holds in a volume, and starts it again when it ends', (engine) => {
    const { volumes = [], restart } = compose.services[engine] ?? {};
    expect(Object.keys(compose.volumes ?? {})).toContain(volumes[0]?.split(':')[0]);
    expect(restart).toBe('unless-stopped');
  });

  it('checks a container that runs every 15 s at most, for each check is a process', () => {
    for (const [name, { healthcheck }] of Object.entries(compose.services))
      expect([name, parseInt(healthcheck?.interval ?? '0') >= 15]).toEqual([name, true]);
  });

  it.each(OURS)('runs %s as the owner of the keys that it mounts', (service) => {
    expect(compose.services[service]?.user).toBe('${KEYS_OWNER:-1000:1000}');
  });

  it.each(OURS)('checks the health of %s past a proxy', (service) => {
    // What has an agent of its own goes past the proxy that NODE_USE_ENV_PROXY names, which this Node may not know yet.
    const [, program, , script] = compose.services[service]?.healthcheck?.test ?? [];
    expect(program).toBe('node');
    expect(script).toMatch(/http'\)\.get\('http:\/\/localhost:8080\/readyz', \{ agent: false \}/);
  });

  it('uses no part of the file format that does not exist', () => {
    const known = ['name', 'services', 'volumes'];
    expect(Object.keys(compose).filter((key) => !known.includes(key) && !key.startsWith('x-'))).toEqual([]);
  });
});

describe('the profile "observe" of compose.yaml', () => {
  const COMPONENT = 'k8s/components/observability';
  const { services } = compose;
  const observing = Object.entries(services).filter(([, { profiles = [] }]) => profiles.includes('observe'));
  const others = Object.entries(services).filter(([, { profiles }]) => profiles === undefined);

  it('starts Jaeger, Prometheus, Alertmanager and Grafana, and only with it', () => {
    const names = observing.map(([name]) => name).sort();
    expect(names).toEqual(['alertmanager', 'grafana', 'jaeger', 'prometheus']);
    expect(observing.length + others.length).toBe(Object.keys(services).length);
    for (const [name, { depends_on = {} }] of others)
      expect([name, Object.keys(depends_on).filter((one) => names.includes(one))]).toEqual([name, []]);
  });

  it('mounts files that there are, each under its name, and publishes ports to this machine alone', () => {
    for (const [name, { volumes = [], ports = [], command = [] }] of observing) {
      for (const volume of volumes) {
        const [source = '', target = '', mode] = volume.split(':');
        const mounted = join(root, source);
        expect([name, readdirSync(join(mounted, '..')).includes(source.split('/').at(-1) ?? ''), mode]).toEqual([
          ...[name, true],
          'ro',
        ]);
        if (name !== 'grafana') expect(source.split('/').at(-1)).toBe(target.split('/').at(-1));
      }
      const config = command.find((argument) => /^--config(\.file)?=/.test(argument))?.split('=')[1];
      if (config !== undefined) expect(volumes.filter((volume) => volume.includes(`:${config}:`))).toHaveLength(1);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    }
  });

  it('lets the services send spans only where the profile is on', () => {
    for (const name of deployments)
      expect([name, services[name]?.environment]).toEqual([
        name,
        expect.objectContaining({
          METRICS_PORT: '9464',
          OTEL_EXPORTER_OTLP_ENDPOINT: '${COMPOSE_PROFILES:+http://jaeger:4318}',
        }),
      ]);
  });

  it('has the images of the component for Kubernetes, by their tags', () => {
    const inCluster = readdirSync(join(root, COMPONENT))
      .filter((file) => file.endsWith('.yaml'))
      .flatMap((file) => [...text(COMPONENT, file).matchAll(/image: (\S+)/g)])
      .map(([, image]) => image);
    for (const [name, { image }] of observing) {
      expect([name, inCluster.includes(image)]).toEqual([name, true]);
      expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
    }
  });
});

describe('the images', () => {
  it('are made without the sources of the embedded engines', () => {
    expect(text('.dockerignore').split('\n')).toContain('engines/*/src');
  });

  it('hold the bundles of a service and of tracing with code and licences, and nothing of the build stage besides', () => {
    const copied = [...dockerfile.matchAll(/^COPY --from=build (.+)$/gm)].map(([, what]) => what);
    const ofTools = copied.filter((what) => what?.endsWith('/dist/'));
    const ofServices = copied.filter((what) => !ofTools.includes(what));
    expect([ofServices.length, ofTools.length]).toEqual([OURS.length, 2]);
    for (const what of ofServices)
      expect(what).toMatch(/^(\/app\/[a-z/]+\/dist\/)main\.js \1main\.bundle\.js\* \1tracing\.bundle\.js \.\/$/);
    // The two folders stay where the commands look for each other.
    for (const what of ofTools)
      expect(what).toMatch(
        /^(?:(\/app(\/[a-z/]+\/dist\/))[a-z-]+(?:\.bundle)?\.js\*? )(?:\1[a-z-]+\.bundle\.js\* )*\.\2$/,
      );
  });

  it('of the operator’s commands hold each tool that their entry names', () => {
    const entry = text('tools/cli/src/tools.ts');
    const names = [...(/TOOLS = \[(.*)\]/.exec(entry)?.[1] ?? '').matchAll(/'([a-z-]+)'/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) expect(dockerfile).toContain(`/dist/${name ?? ''}.bundle.js* `);
  });

  it('start node itself, as a user who is not root', () => {
    expect(dockerfile).toMatch(/^ENTRYPOINT \["node", /m);
    expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });
});
