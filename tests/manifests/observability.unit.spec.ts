import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { hasKubectl, observed, openWorkbench, type Combination, withOperator } from './support/kustomize';
import { isWorkload, nameOf, type Manifest, type Workload } from './support/manifest';
import { broken, policyRules } from './support/policy-rules';
import { brokenReferences, settingsOf } from './support/references';
import { deployments } from '../../tools/services';

const root = join(__dirname, '../..');
const COMPONENT = join(root, 'k8s/components/observability');
const dashboards = readdirSync(join(COMPONENT, 'dashboards')).filter((file) => file.endsWith('.json'));
const workbench = openWorkbench();
afterAll(() => {
  workbench.close();
});
const described = hasKubectl ? describe : describe.skip;

const isPartOf = (name: string, { spec }: Workload): boolean =>
  spec.template.metadata.labels['app.kubernetes.io/part-of'] === name;

interface Peer {
  readonly namespaceSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports: readonly { readonly port: number }[];
}

/** Whether the network policies that choose a pod let a connection with another one through, in one direction. */
function lets(
  manifests: readonly Manifest[],
  direction: 'ingress' | 'egress',
  pod: Workload,
  peer: Workload,
  port: number,
) {
  const chooses = (labels: Readonly<Record<string, string>> = {}, of: Workload): boolean =>
    Object.entries(labels).every(([label, value]) => of.spec.template.metadata.labels[label] === value);
  const isAbout = ({ namespaceSelector, podSelector }: Peer): boolean => {
    const namespace = namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] ?? pod.metadata.namespace;
    return namespace === peer.metadata.namespace && chooses(podSelector?.matchLabels, peer);
  };
  const policies = manifests.filter(
    ({ kind, metadata, spec }) =>
      kind === 'NetworkPolicy' &&
      metadata.namespace === pod.metadata.namespace &&
      chooses(spec?.podSelector?.matchLabels, pod),
  );
  const rules = policies.flatMap(({ spec }) => (spec?.[direction] ?? []) as readonly Rule[]);
  return {
    isDenied: policies.length > 0,
    isLet: rules.some(
      (rule) => rule.ports.some((one) => one.port === port) && (rule.from ?? rule.to)?.some(isAbout) === true,
    ),
  };
}

/** Who calls whom, at which port. */
const calls: readonly (readonly [string, string, number])[] = [
  ...deployments.flatMap(
    (service) =>
      [
        [service, 'collector', 4318],
        ['prometheus', service, 9464],
      ] as const,
  ),
  ['collector', 'jaeger', 4318],
  ['prometheus', 'alertmanager', 9093],
  ['grafana', 'prometheus', 9090],
  ['grafana', 'jaeger', 16686],
  ['grafana', 'alertmanager', 9093],
];

described.each(observed.map((one) => [one.name, one] as const))('%s', (_name, combination) => {
  let manifests: Manifest[];
  let workloads: Workload[];
  beforeAll(async () => {
    manifests = await workbench.combination(combination);
    workloads = manifests.filter(isWorkload);
  });
  const named = (name: string): Workload => {
    const found = workloads.find(({ metadata }) => metadata.name === name);
    if (!found) throw new Error(`There is no ${name}.`);
    return found;
  };

  it('each service sends its spans to the collector, and has the metrics that its annotations name', () => {
    const services = workloads.filter((one) => isPartOf('rentalbook', one) && one.kind === 'Deployment');
    expect(services).toHaveLength(5);
    for (const service of services) {
      const [container] = service.spec.template.spec.containers;
      const settings = container && settingsOf(container, service, manifests);
      expect(settings).toMatchObject({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.monitoring:4318',
        METRICS_PORT: '9464',
      });
      expect(container?.ports?.filter(({ name }) => name === 'metrics')).toEqual([
        { name: 'metrics', containerPort: 9464 },
      ]);
      expect(service.spec.template.metadata.annotations).toMatchObject({
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': '9464',
      });
    }
  });

  it('the parts reach each other and the services, and nothing else reaches them', () => {
    for (const [from, to, port] of calls) {
      const [caller, called] = [named(from), named(to)];
      const out = lets(manifests, 'egress', caller, called, port);
      const into = lets(manifests, 'ingress', called, caller, port);
      expect([from, to, port, out.isLet || !out.isDenied, into.isLet || !into.isDenied]).toEqual([
        ...[from, to, port],
        ...[true, true],
      ]);
    }
    // Each part is behind a policy, also without the component network-policies.
    const parts = workloads.filter((one) => isPartOf('observability', one));
    expect(parts.map(({ metadata }) => metadata.name).sort()).toEqual(
      ['alertmanager', 'collector', 'grafana', 'jaeger', 'prometheus'].sort(),
    );
    for (const part of parts)
      for (const other of workloads) {
        const isCall = (port: number): boolean =>
          calls.some(([from, to, at]) => from === other.metadata.name && to === part.metadata.name && at === port);
        for (const { containerPort } of part.spec.template.spec.containers[0]?.ports ?? [])
          if (containerPort !== 4317 && !isCall(containerPort)) {
            const { isDenied, isLet } = lets(manifests, 'ingress', part, other, containerPort);
            expect([part.metadata.name, other.metadata.name, containerPort, isDenied, isLet]).toEqual([
              ...[part.metadata.name, other.metadata.name, containerPort],
              ...[true, false],
            ]);
          }
      }
  });

  it('Grafana shows every dashboard, and each object fits into the annotation that kubectl apply keeps', () => {
    const sources = named('grafana').spec.template.spec.volumes?.flatMap(({ projected }) => projected?.sources ?? []);
    const shown = (sources ?? []).flatMap(({ configMap }) => {
      const found = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMap?.name);
      return Object.keys(found?.data ?? {});
    });
    expect(shown.sort()).toEqual([...dashboards].sort());
    for (const manifest of manifests) expect(JSON.stringify(manifest).length).toBeLessThan(256 * 1_024);
  });
});

described('each part of the stack', () => {
  const [bare] = observed as readonly [Combination];
  const PARTS = ['alertmanager', 'collector', 'grafana', 'jaeger', 'prometheus'];
  const parts: Workload[] = [];
  let manifests: Manifest[] = [];
  beforeAll(async () => {
    manifests = await workbench.combination(bare);
    parts.push(...manifests.filter(isWorkload).filter((one) => isPartOf('observability', one)));
  });

  // Prometheus learns from the API server which pods there are.
  const hasToken = (sentence: string, name: string): boolean =>
    name === 'prometheus' && sentence === 'holds no token for the API server';

  it.each(policyRules.map((rule) => [rule.sentence, rule] as const))('%s', (sentence, { holds, control }) => {
    expect(parts.map(({ metadata }) => metadata.name).sort()).toEqual(PARTS);
    for (const part of parts.filter(({ metadata }) => !hasToken(sentence, metadata.name))) {
      expect([nameOf(part), holds(part, manifests)]).toEqual([nameOf(part), true]);
      expect([nameOf(part), holds(broken(part, control), manifests)]).toEqual([nameOf(part), false]);
    }
  });
});

described('the component for Prometheus’s operator', () => {
  it('brings rules and dashboards as objects that the operator and Grafana’s sidecar find', async () => {
    const manifests = await workbench.combination(withOperator);
    expect(manifests.filter(({ kind }) => kind === 'PrometheusRule').map(nameOf)).toEqual([
      'PrometheusRule rentalbook',
    ]);
    const found = manifests.filter(({ metadata }) => metadata.labels?.['grafana_dashboard'] === '1');
    expect(found.flatMap(({ data = {} }) => Object.keys(data)).sort()).toEqual([...dashboards].sort());
    expect(brokenReferences(manifests)).toEqual([]);
  });
});

const promtool = process.env['PROMTOOL'] ?? 'promtool';
const hasPromtool = spawnSync(promtool, ['--version'], { stdio: 'ignore' }).status === 0;

describe('the configurations of Prometheus', () => {
  interface Config {
    readonly rule_files: readonly string[];
    readonly scrape_configs: readonly (Record<string, unknown> & { readonly job_name: string })[];
  }
  const files = ['config/prometheus.yml', 'config/compose/prometheus.yml'];
  const read = (file: string): Config => parse(readFileSync(join(COMPONENT, file), 'utf8')) as Config;

  it.each(files)('%s names the job that the rules read, and the rules', (file) => {
    const { rule_files, scrape_configs } = read(file);
    // Sidecars are of a cluster; the rules read the services alone.
    const sidecars = file === 'config/prometheus.yml' ? ['sidecars'] : [];
    expect(scrape_configs.map(({ job_name }) => job_name)).toEqual(['rentalbook', ...sidecars]);
    expect(rule_files).toEqual(['/etc/prometheus/rules/rentalbook.rules.yml']);
  });

  (hasPromtool ? it : it.skip).each(files)('%s is understood by promtool', (file) => {
    const folder = mkdtempSync(join(tmpdir(), 'rentalbook-prometheus-'));
    try {
      const config = read(file);
      // Debian's Prometheus is built without Kubernetes; the relabelling is understood by all.
      const scrape_configs = config.scrape_configs.map(({ kubernetes_sd_configs, ...rest }) =>
        kubernetes_sd_configs === undefined ? rest : { ...rest, static_configs: [{ targets: ['pod:1'] }] },
      );
      writeFileSync(join(folder, 'prometheus.yml'), stringify({ ...config, scrape_configs }));
      const { status, stdout, stderr } = spawnSync(
        promtool,
        ['check', 'config', '--syntax-only', join(folder, 'prometheus.yml')],
        { encoding: 'utf8' },
      );
      expect({ status, output: stdout + stderr }).toMatchObject({ status: 0 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
