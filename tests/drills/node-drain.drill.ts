import { allGood } from './support/counting';
import { bar, type Drill, type Figures } from './support/drill';
import { KubectlFailed } from './support/kubectl';
import { underLoad } from './support/load';
import type { Variant } from './support/overlay';
import { EXTRA, reopenNodes } from './support/restoring';
import type { Stage } from './support/stage';

const READERS = 3;
const DRAINS_WITHIN_S = 12;
const OURS = 'app.kubernetes.io/part-of=rentalbook';

/** Two pods of each, small enough that one node holds them all and one more. */
const inPairs: Variant = {
  patches: [
    {
      target: { kind: 'Deployment' },
      patch: [
        { op: 'add', path: '/spec/replicas', value: 2 },
        { op: 'replace', path: '/spec/template/spec/containers/0/resources/requests/cpu', value: '50m' },
      ],
    },
    {
      target: { kind: 'HorizontalPodAutoscaler' },
      patch: [
        { op: 'replace', path: '/spec/minReplicas', value: 2 },
        { op: 'replace', path: '/spec/maxReplicas', value: 2 },
      ],
    },
  ],
};

/** Drains the node of a router's pod of what is ours; resolves to the pods that the budgets kept there. */
async function drain({ cluster }: Stage): Promise<ReadonlySet<string>> {
  const [router] = await cluster.readyPods('gateway');
  bar(router?.spec.nodeName !== undefined, 'no pod of the router is ready');
  const { nodeName } = router.spec;
  // Marked first: restoring the cluster opens the nodes that carry this label.
  await cluster.kubectl.run(['label', 'node', nodeName, `${EXTRA}=drained`, '--overwrite']);
  const all = [`--pod-selector=${OURS}`, '--ignore-daemonsets', '--delete-emptydir-data'];
  try {
    await cluster.kubectl.run(['drain', nodeName, ...all, `--timeout=${String(DRAINS_WITHIN_S)}s`]);
    return new Set();
  } catch (error) {
    // Where no other node takes the pods, the drain waits for ever: that is the budgets' doing.
    if (!(error instanceof KubectlFailed)) throw error;
    return new Set([...error.message.matchAll(/when evicting pods\/"([^"]+)"/g)].map(([, pod]) => pod ?? ''));
  }
}

async function drainUnderLoad(stage: Stage): Promise<Figures> {
  const { result: kept, tally } = await underLoad(stage, { readers: READERS }, async (load) => {
    const stayed = await drain(stage);
    allGood(load.tally());
    return stayed;
  });
  allGood(tally);
  return {
    'pods that the budgets kept': kept.size,
    'requests meanwhile': tally.requests,
    'good by GraphQL result, %': tally.goodPercent,
  };
}

export const nodeDrain: Drill = {
  name: 'node-drain',
  heading: 'Node drain (PodDisruptionBudget)',
  proves: 'A node is drained no further than the budgets allow: of each service a pod stays until another is ready.',
  byHand: [
    `kubectl drain NODE --pod-selector=${OURS} --ignore-daemonsets --delete-emptydir-data --timeout=${String(DRAINS_WITHIN_S)}s`,
    'kubectl uncordon NODE',
  ],
  startsFrom: inPairs,
  prove: drainUnderLoad,
  control: {
    takenAway: 'without the budgets',
    async prove(stage) {
      await reopenNodes(stage.cluster.kubectl);
      await stage.cluster.inside(['delete', 'poddisruptionbudgets', '--all']);
      await stage.settled();
      return drainUnderLoad(stage);
    },
  },
};
