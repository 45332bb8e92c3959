import { mongoSecurityOf } from '@rentalbook/mongo';
import { kafkaSecurityOf } from '@rentalbook/messaging';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { readEnvironment } from '../../router/src/environment';
import { brokenBy } from './support/breaking';
import { entranceRules } from './support/entrance-rules';
import { combinations, eachOf, hasKubectl } from './support/kustomize';
import { isWorkload, nameOf, type Manifest } from './support/manifest';
import { meshRules } from './support/mesh-rules';
import { brokenReferences, settingsOf } from './support/references';
import { unknownFields } from './support/unknown-fields';
import { subgraphs } from '../../tools/services';
import { workbench, overlays, described } from './built-manifests';
import './overlays.cases';

afterAll(() => {
  workbench.close();
});

const { SUBGRAPH_TIMEOUT_MS, OPERATION_TIMEOUT_MS } = readEnvironment({
  IDENTITY_SECRET: 'x'.repeat(32),
  JWT_JWKS_FILE: 'jwks.json',
});

const limits = { subgraph: SUBGRAPH_TIMEOUT_MS / 1_000, operation: OPERATION_TIMEOUT_MS / 1_000 };
if (!hasKubectl) process.stderr.write('The manifests are not tested: kubectl, which builds them, is not installed.\n');

described('every combination of components', () => {
  let built: ReadonlyMap<string, Manifest[]>;
  beforeAll(async () => {
    built = new Map(await eachOf(combinations, async (one) => [one.name, await workbench.combination(one)] as const));
  });

  it('builds', () => {
    expect(built.size).toBe(combinations.length);
  });

  it('holds no field that Kubernetes or Istio does not know, and no value of a wrong type', async () => {
    const seen = new Map([...built.values(), ...overlays.values()].flat().map((one) => [JSON.stringify(one), one]));
    for (const manifest of seen.values())
      expect([nameOf(manifest), await unknownFields(manifest)]).toEqual([nameOf(manifest), []]);
  });

  it('refers only to names, ports, labels and keys that exist', () => {
    for (const [name, manifests] of built) {
      const shownOnPurpose = name.includes('wrong-liveness-port')
        ? ['Deployment book is asked on port 8090, where it does not listen.']
        : [];
      expect([name, brokenReferences(manifests)]).toEqual([name, shownOnPurpose]);
    }
  });

  it('puts nothing outside the namespace of the system, but what watches it', () => {
    const named = new Set(['rentalbook', 'monitoring']);
    for (const { name, components } of combinations) {
      const foreign = (built.get(name) ?? []).filter(({ kind, metadata }) => {
        const place = kind === 'Namespace' ? metadata.name : metadata.namespace;
        return place !== 'rentalbook' && !(components.includes('observability') && named.has(place ?? ''));
      });
      expect([name, foreign.filter(({ kind }) => !kind.startsWith('Cluster')).map(nameOf)]).toEqual([name, []]);
    }
  });

  it('writes every default that an apply would otherwise see as a change', () => {
    const ports = (value: unknown): object[] =>
      typeof value !== 'object' || value === null
        ? []
        : [...('port' in value ? [value] : []), ...Object.values(value).flatMap(ports)];
    for (const [name, manifests] of built)
      for (const { kind, metadata, spec } of manifests)
        if (kind === 'NetworkPolicy')
          expect([name, metadata.name, ports(spec).filter((port) => !('protocol' in port))]).toEqual([
            name,
            metadata.name,
            [],
          ]);
  });

  it('holds no password, token or key in a ConfigMap', () => {
    for (const { data = {} } of [...built.values()].flat().filter(({ kind }) => kind === 'ConfigMap'))
      expect(Object.keys(data).filter((key) => /(PASSWORD|TOKEN|SECRET|KEY)$/i.test(key))).toEqual([]);
  });

  it('refuses events without a signature, until an overlay accepts them for an upgrade', () => {
    for (const [name, manifests] of [...built, ...overlays])
      for (const workload of manifests
        .filter(isWorkload)
        .filter(({ metadata }) => (subgraphs as readonly string[]).includes(metadata.name))) {
        const [container] = workload.spec.template.spec.containers;
        const settings = container && settingsOf(container, workload, manifests);
        expect([name, settings?.['UNSIGNED_EVENTS']]).toEqual([name, 'refuse']);
      }
  });

  it('where there is an entrance, the router is reached through it alone, and reads members’ addresses from it', () => {
    const named = (name: string, kind: string): Manifest | undefined =>
      built.get(name)?.find((one) => one.kind === kind && one.metadata.name === 'gateway');
    for (const { name, components } of combinations) {
      const hasEntrance = components.some((component) => ['istio', 'ingress', 'gateway-api'].includes(component));
      const container = named(name, 'Deployment')?.spec?.template?.spec.containers[0];
      const hops = container?.env?.find((setting) => setting.name === 'TRUST_PROXY')?.value;
      expect([name, hops, named(name, 'Service')?.spec?.type]).toEqual(
        hasEntrance ? [name, '1', 'ClusterIP'] : [name, undefined, 'LoadBalancer'],
      );
    }
  });

  it.each(entranceRules.map((rule) => [rule.sentence, rule] as const))(
    '%s',
    (_sentence, { component, faults, control }) => {
      // The demonstration shows the original's entrance.
      const having = combinations.filter(
        ({ components }) => components.includes(component) && !components.includes('seed-demo/plain-http'),
      );
      expect(having).not.toEqual([]);
      for (const { name } of having) {
        const manifests = built.get(name) ?? [];
        expect([name, faults(manifests)]).toEqual([name, []]);
        expect(faults(brokenBy(manifests, control))).not.toEqual([]);
      }
    },
  );

  it('an overlay has a name of its own by a component before the entrance', async () => {
    workbench.write('components/own-host/kustomization.yaml', {
      apiVersion: 'kustomize.config.k8s.io/v1alpha1',
      kind: 'Component',
      patches: [
        {
          target: { kind: 'ConfigMap', name: 'entrance' },
          patch: '- { op: replace, path: /data/host, value: library.example.net }',
        },
      ],
    });
    const manifests = await workbench.combination({ name: 'of its own', components: ['own-host', 'istio'] });
    const text = JSON.stringify(manifests);
    expect(text.split('"hosts":["library.example.net"]')).toHaveLength(4);
    expect(text).not.toContain('rentalbook.example.org');
  });

  describe('with the mesh', () => {
    it.each(meshRules.map((rule) => [rule.sentence, rule] as const))('%s', (_sentence, { faults, control }) => {
      for (const { name } of combinations.filter(({ components }) => components.includes('istio')))
        expect([name, faults(built.get(name) ?? [], limits)]).toEqual([name, []]);
      const production = overlays.get('production') ?? [];
      expect(faults(production, limits)).toEqual([]);
      expect(faults(brokenBy(production, control), limits)).not.toEqual([]);
    });

    it('a demonstration has the original’s pool: one connection, of one request, and one that waits', () => {
      const pools = (
        built.get('mongo-standalone + kafka + network-policies + monitoring + istio + seed-demo/one-connection') ?? []
      )
        .filter(({ kind }) => kind === 'DestinationRule')
        .map(({ spec }) => spec?.trafficPolicy?.connectionPool);
      expect(pools).toHaveLength(5);
      for (const pool of pools)
        expect(pool).toEqual({
          tcp: { maxConnections: 1, connectTimeout: '1s' },
          http: { http1MaxPendingRequests: 1, maxRequestsPerConnection: 1 },
        });
    });
  });

  describe('with engines outside the cluster', () => {
    const outside = (): Manifest[] =>
      built.get('network-policies + monitoring + istio + kafka-auth + mongo-auth') ?? [];
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'rentalbook-mounts-'));
      for (const secret of ['kafka-auth', 'mongo-auth']) {
        mkdirSync(join(folder, secret));
        writeFileSync(join(folder, secret, 'ca.crt'), rootCertificates[0] ?? '');
        writeFileSync(join(folder, secret, 'password'), 'the-password');
      }
    });
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });

    it.each(subgraphs)('%s reaches them with TLS, as the user of Secrets of its own', (service) => {
      const workload = outside()
        .filter(isWorkload)
        .find(({ metadata }) => metadata.name === service);
      const container = workload?.spec.template.spec.containers[0];
      if (!workload || !container) throw new Error(`There is no Deployment ${service}.`);
      const users = Object.fromEntries(
        (container.env ?? []).flatMap(({ name, valueFrom }) =>
          valueFrom?.secretKeyRef?.key === 'username' ? [[name, valueFrom.secretKeyRef.name]] : [],
        ),
      );
      const given = Object.entries({ ...settingsOf(container, workload, outside()), ...users });
      const settings = Object.fromEntries(
        given.map(([name, value]) => [name, value.replace(/^\/etc\/rentalbook/, folder)]),
      );
      const mounted = (workload.spec.template.spec.volumes ?? []).map(({ secret }) => secret?.secretName);
      expect(mounted).toEqual(expect.arrayContaining([`kafka-auth-${service}`, `mongo-auth-${service}`]));
      expect(mounted.filter((name) => (name ?? '').includes('-auth-'))).toHaveLength(2);
      expect(kafkaSecurityOf(settings)).toMatchObject({
        ssl: true,
        sasl: { mechanism: 'scram-sha-512', username: `kafka-auth-${service}`, password: 'the-password' },
      });
      expect(mongoSecurityOf(settings, 'mongodb://mongo.example.net')).toMatchObject({
        tls: true,
        tlsCAFile: join(folder, 'mongo-auth/ca.crt'),
        auth: { username: `mongo-auth-${service}`, password: 'the-password' },
      });
    });

    it('lets the subgraphs out to their ports, and the router to neither engine', () => {
      const portsFrom = (name: string): unknown[] =>
        (outside().find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === name)?.spec?.egress ?? [])
          .filter(({ to }) => to === undefined)
          .flatMap(({ ports = [] }) => ports.map(({ port }) => port));
      expect(portsFrom('subgraphs').sort()).toEqual([27017, 9093, 9094, 9096]);
      expect(portsFrom('gateway')).toEqual([]);
      const gateway = outside().find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'gateway');
      expect(JSON.stringify(gateway)).not.toMatch(/kafka-auth|mongo-auth/);
    });
  });
});
