import { combinations, eachOf, hasKubectl, openWorkbench } from './support/kustomize';
import { isWorkload, nameOf, type Manifest } from './support/manifest';
import { broken, policyRules } from './support/policy-rules';
import { brokenReferences } from './support/references';
import { unknownFields } from './support/unknown-fields';

const workbench = openWorkbench();
afterAll(() => {
  workbench.close();
});

const overlays = new Map<string, Manifest[]>(
  hasKubectl ? workbench.overlays.map((name) => [name, workbench.overlay(name)]) : [],
);
const described = hasKubectl ? describe : describe.skip;
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
});

described('the checks themselves', () => {
  const book = (): Manifest => {
    const found = overlays
      .get('local')
      ?.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'book');
    if (!found) throw new Error('The local overlay has no Deployment book.');
    return found;
  };

  it('find a misspelt field, however deep', async () => {
    const misspelt = structuredClone(book()) as unknown as { spec: { template: { spec: Record<string, unknown> } } };
    misspelt.spec.template.spec['terminationGracePeriod'] = 3;
    expect(await unknownFields(misspelt as unknown as Manifest)).toEqual([
      '/spec/template/spec/terminationGracePeriod',
    ]);
  });

  it.each([
    ['ServiceAccount', 'Deployment book runs as book, which is not there.'],
    ['Deployment', 'HorizontalPodAutoscaler book scales book, which is not there.'],
  ])('miss a %s that was taken away', (kind, sentence) => {
    const rest = (overlays.get('local') ?? []).filter((one) => !(one.kind === kind && one.metadata.name === 'book'));
    expect(brokenReferences(rest)).toContain(sentence);
  });
});

for (const [overlay, manifests] of overlays) {
  describe.each(manifests.filter(isWorkload).map((workload) => [nameOf(workload), workload] as const))(
    `${overlay}: %s`,
    (_name, workload) => {
      it.each(policyRules.map((rule) => [rule.sentence, rule] as const))('%s', (_sentence, rule) => {
        expect(rule.holds(workload, manifests)).toBe(true);
        expect(rule.holds(broken(workload, rule.control), manifests)).toBe(false);
      });
    },
  );

  describe(overlay, () => {
    it('has a partition for every pod that an autoscaler may start', () => {
      const engines = manifests.find(
        ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('engines'),
      );
      const partitions = Number(engines?.data?.['KAFKA_TOPIC_PARTITIONS']);
      const most = manifests.flatMap(({ spec }) => spec?.maxReplicas ?? []);
      expect(most).toHaveLength(5);
      expect(Math.max(...most)).toBeLessThanOrEqual(partitions);
    });

    it('keeps its namespace to the restricted Pod Security standard', () => {
      for (const { metadata } of manifests.filter(({ kind }) => kind === 'Namespace'))
        expect(metadata.labels?.['pod-security.kubernetes.io/enforce']).toBe('restricted');
    });
  });
}

described('production', () => {
  it('names every image by its digest, and holds no secret', () => {
    const production = overlays.get('production') ?? [];
    const images = production
      .filter(isWorkload)
      .flatMap(({ spec }) => spec.template.spec.containers.map(({ image }) => image));
    expect(images.length).toBeGreaterThanOrEqual(6);
    for (const image of images) expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
    expect(production.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });
});
