import { bar, type Drill, type Figures } from './support/drill';
import { FOREIGN, foreignObjects, withForeignNamespace } from './support/foreign-namespace';
import { KubectlFailed } from './support/kubectl';
import { APPLY, applyVariant, buildVariant, type Variant } from './support/overlay';
import type { Stage } from './support/stage';

const WORD = { name: 'systemword', key: 'word', value: 'Confirming' };

/** What was applied, without what controllers report about it, by kind and name. */
async function applied({ cluster }: Stage): Promise<ReadonlyMap<string, string>> {
  const manifests = await buildVariant({});
  const { items } = JSON.parse(
    await cluster.kubectl.run(['get', '--filename', '-', '--show-managed-fields', '--output=json'], manifests),
  ) as {
    items: readonly {
      readonly kind: string;
      readonly metadata: {
        readonly name: string;
        readonly managedFields: readonly { readonly operation: string; readonly time: string }[];
      };
    }[];
  };
  // The API server keeps the time of the last apply that changed something.
  return new Map(
    items.map(({ kind, metadata }) => [
      `${kind} ${metadata.name}`,
      JSON.stringify(metadata.managedFields.filter(({ operation }) => operation === 'Apply')),
    ]),
  );
}

/** Applies the overlay as docs/deploy.md does; resolves to what kubectl complained about. */
async function applyPlainly({ cluster }: Stage, variant: Variant): Promise<string> {
  try {
    await cluster.kubectl.run([...APPLY, '--filename', '-'], await buildVariant(variant));
    return '';
  } catch (error) {
    if (!(error instanceof KubectlFailed)) throw error;
    return error.message;
  }
}

/** Edits a policy live and applies; resolves to the field that kubectl names. Throws NotProven when the edit is undone. */
async function editSurvives(stage: Stage): Promise<string> {
  const { cluster } = stage;
  const { name, key, value } = WORD;
  await cluster.inside(['patch', 'configmap', name, '--patch', JSON.stringify({ data: { [key]: value } })]);
  const complaint = await applyPlainly(stage, {});
  const now = await cluster.inside(['get', 'configmap', name, `--output=jsonpath={.data.${key}}`]);
  bar(now === value && complaint.includes(`.data.${key}`), `an apply has silently put ${now} in the place of ${value}`);
  await applyVariant(cluster.kubectl, {});
  return `.data.${key}`;
}

async function applyAgainTo(stage: Stage, variant: Variant): Promise<Figures> {
  return withForeignNamespace(stage, async () => {
    await applyVariant(stage.cluster.kubectl, {});
    const [before, theirs] = [await applied(stage), await foreignObjects(stage)];
    const complaint = await applyPlainly(stage, variant);
    bar(complaint === '', `a second apply was refused: ${complaint}`);
    const after = await applied(stage);
    const changed = [...before].filter(([name, value]) => after.get(name) !== value).map(([name]) => name);
    bar(changed.length === 0, `a second apply changed ${changed.join(', ')}`);
    bar((await foreignObjects(stage)) === theirs, `an apply changed the namespace "${FOREIGN}"`);
    const field = await editSurvives(stage);
    return {
      'objects applied again': before.size,
      'objects changed by it': 0,
      'objects of another namespace changed by it': 0,
      'field that a live edit keeps, named by the refusal': field,
    };
  });
}

export const applyAgain: Drill = {
  name: 'apply-again',
  heading: 'Apply again',
  proves:
    'A second apply changes nothing, a live edit of a policy is not undone in silence, and the namespace of another team is left as it is.',
  byHand: [
    'kubectl diff --server-side -k k8s/overlays/local',
    'kubectl apply --server-side -k k8s/overlays/local',
    'kubectl apply --server-side --force-conflicts -k k8s/overlays/local    # undoes live edits',
  ],
  prove: (stage) => applyAgainTo(stage, {}),
  control: {
    takenAway: 'with manifests that differ in one value',
    prove: (stage) =>
      applyAgainTo(stage, {
        patches: [
          {
            target: { kind: 'ConfigMap', name: '^policy$' },
            patch: [{ op: 'replace', path: '/data/PICKUP_DAYS', value: '4' }],
          },
        ],
      }),
  },
};
