import { asJob, isWorkload, nameOf, runsPods, type Manifest } from './support/manifest';
import { broken, policyRules } from './support/policy-rules';
import { brokenReferences } from './support/references';
import { unknownFields } from './support/unknown-fields';
import { overlays, described } from './built-manifests';

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

  describe.each(manifests.filter(({ kind }) => kind === 'CronJob').map((one) => [nameOf(one), one] as const))(
    `${overlay}: %s`,
    (_name, cronJob) => {
      const job = asJob(cronJob);

      it('runs when an operator makes a Job of it, and the backup alone by the clock', () => {
        expect(cronJob.spec?.suspend ?? false).toBe(cronJob.metadata.name !== 'backup');
      });

      it.each(policyRules.filter(({ ofJobs }) => ofJobs).map((rule) => [rule.sentence, rule] as const))(
        '%s',
        (_sentence, rule) => {
          if (!runsPods(job)) throw new Error('The CronJob has no pods.');
          expect(rule.holds(job, manifests)).toBe(true);
          expect(rule.holds(broken(job, rule.control), manifests)).toBe(false);
        },
      );
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

    it('starts the pods of Reserve also where the word of a status is not set', () => {
      const sources = manifests
        .filter(isWorkload)
        .flatMap(({ spec }) => spec.template.spec.volumes ?? [])
        .flatMap(({ projected }) => projected?.sources ?? []);
      const words = sources.flatMap(({ configMap }) => (configMap?.name === 'systemword' ? [configMap.optional] : []));
      expect(words).toEqual([true]);
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
