import { kafkaSettings } from '@rentalbook/service-kit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../package.json';
import { combinations, eachOf, hasKubectl, openWorkbench } from './support/kustomize';
import { isWorkload, nameOf, type Manifest } from './support/manifest';

const PRODUCTION = join(__dirname, '../../docs/production.md');
const workbench = openWorkbench();
afterAll(() => {
  workbench.close();
});

const overlays = new Map<string, Manifest[]>(
  hasKubectl ? workbench.overlays.map((name) => [name, workbench.overlay(name)]) : [],
);

(hasKubectl ? describe : describe.skip)('what the components add', () => {
  let built: ReadonlyMap<string, Manifest[]>;
  beforeAll(async () => {
    built = new Map(await eachOf(combinations, async (one) => [one.name, await workbench.combination(one)] as const));
  });

  it('has the recommended labels, and selects by none of them', () => {
    const ofPods = ['Deployment', 'StatefulSet', 'CronJob', 'Job'];
    for (const [name, manifests] of built)
      for (const one of manifests.filter(
        ({ kind, metadata }) => ofPods.includes(kind) && metadata.namespace === 'rentalbook',
      )) {
        const labels = Object.keys(one.metadata.labels ?? {});
        const wanted = ['name', 'component', 'part-of'].map((label) => `app.kubernetes.io/${label}`);
        expect([name, nameOf(one), wanted.filter((label) => !labels.includes(label))]).toEqual([name, nameOf(one), []]);
        if (isWorkload(one)) expect(Object.keys(one.spec.selector?.matchLabels ?? {})).toEqual(['app']);
      }
  });

  it('names the release of package.json', () => {
    for (const [name, manifests] of overlays)
      for (const { kind, metadata } of manifests)
        if (kind === 'Deployment')
          expect([name, metadata.labels?.['app.kubernetes.io/version']]).toEqual([name, version]);
  });

  it('spreads the pods of each workload that has several over zones and nodes', () => {
    for (const [name, manifests] of overlays)
      for (const workload of manifests.filter(isWorkload)) {
        if (workload.kind === 'StatefulSet' && workload.spec.replicas === 1) continue;
        const over = (workload.spec.template.spec.topologySpreadConstraints ?? []).map(
          ({ topologyKey }) => topologyKey,
        );
        expect([name, nameOf(workload), over]).toEqual([
          ...[name, nameOf(workload)],
          ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'],
        ]);
      }
  });

  it('lets the router reach Kafka for its cache, and only there', () => {
    const egress = (manifests: readonly Manifest[]): unknown[] =>
      manifests
        .filter(({ kind, spec }) => kind === 'NetworkPolicy' && spec?.podSelector?.matchLabels?.['app'] === 'gateway')
        .flatMap(({ spec }) => spec?.egress ?? [])
        .flatMap(({ ports = [] }) => ports.map(({ port }) => port))
        .sort();
    for (const { name, components } of combinations) {
      if (!components.includes('network-policies')) continue;
      const ports = egress(built.get(name) ?? []);
      expect([name, ports.includes(9092)]).toEqual([name, components.includes('cache')]);
      expect([name, ports.includes(9096)]).toEqual([
        name,
        components.includes('cache') && components.includes('kafka-auth'),
      ]);
      expect([name, ports.includes(443)]).toEqual([name, components.includes('identity-provider')]);
    }
  });

  it('gives the router each setting of Kafka that the services have, for its cache', () => {
    const own = ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'];
    const wanted = ['KAFKA_BROKERS', ...Object.keys(kafkaSettings)].filter((setting) => !own.includes(setting));
    const withBoth = combinations.filter(({ components }) => components.includes('cache-auth'));
    expect(withBoth.length).toBeGreaterThan(0);
    for (const { name } of withBoth) {
      const router = (built.get(name) ?? []).filter(isWorkload).find(({ metadata }) => metadata.name === 'gateway');
      const env = router?.spec.template.spec.containers[0]?.env ?? [];
      const taken = env.filter(({ valueFrom }) => valueFrom?.configMapKeyRef?.name.startsWith('engines'));
      expect([name, taken.map((one) => one.name).sort()]).toEqual([name, [...wanted].sort()]);
    }
  });

  it('asks for names by policies that docs/production.md names, where name servers are elsewhere', () => {
    const asking = [...built.values()]
      .flat()
      .filter(
        ({ kind, spec }) =>
          kind === 'NetworkPolicy' &&
          (spec?.egress ?? []).some(({ ports = [] }) => ports.some(({ port }) => port === 53)),
      );
    const [, patched = ''] = /kind: NetworkPolicy, name: (\S+) \}/.exec(readFileSync(PRODUCTION, 'utf8')) ?? [];
    expect([...new Set(asking.map(({ metadata }) => metadata.name))].sort()).toEqual(patched.split('|').sort());
  });

  it('makes the replica set by a Job that Argo CD and Flux can keep', () => {
    for (const [, manifests] of built)
      for (const { spec, metadata } of manifests.filter(({ kind }) => kind === 'Job')) {
        // One that deletes itself would be missing, and come back with each sync.
        expect(spec).not.toHaveProperty('ttlSecondsAfterFinished');
        expect(metadata.annotations).toEqual({
          'argocd.argoproj.io/hook': 'Sync',
          'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
          'kustomize.toolkit.fluxcd.io/force': 'Enabled',
        });
      }
  });
});
