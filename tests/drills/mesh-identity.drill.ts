import { NAMESPACE, SERVICES } from './support/cluster';
import { bar, type Drill, type Figures } from './support/drill';
import { inTheMesh, lacksMesh } from './support/mesh';
import { EXTRA } from './support/restoring';
import type { Stage } from './support/stage';
import { tellStory } from './support/story';
import { startStray } from './support/stray';

const SUBGRAPHS = SERVICES.filter((service) => service !== 'gateway');
const NO_ANSWER = 0;

/** Runs in a pod: prints the status that each subgraph answers with, or 0. */
const STATUSES = `
  const status = (service) => fetch('http://' + service + ':8080/readyz', { signal: AbortSignal.timeout(3000) })
    .then((answer) => answer.status, () => ${String(NO_ANSWER)});
  Promise.all(${JSON.stringify(SUBGRAPHS)}.map(status)).then((all) => process.stdout.write(JSON.stringify(all)));
`;

/** Network policies let the strays in, so that only their identity keeps them out. */
const strayMayConnect = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'stray-may-connect', namespace: NAMESPACE, labels: { [EXTRA]: '' } },
  spec: {
    podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'rentalbook' } },
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { [EXTRA]: '' } } }], ports: [{ port: 8080 }] }],
  },
};

async function tryIdentities(stage: Stage): Promise<Figures> {
  const { cluster } = stage;
  await cluster.kubectl.run(['apply', '--filename', '-'], JSON.stringify(strayMayConnect));
  const plain = await startStray(stage);
  const meshed = await startStray(stage, { name: 'stray-in-mesh', hasSidecar: true });
  const [router] = await cluster.readyPods('gateway');
  bar(router !== undefined, 'no pod of the router is ready');
  const isAnswered = async (pod: string, status: number): Promise<void> => {
    let answers: readonly number[] = [];
    await stage.until(
      async () => {
        answers = JSON.parse(await cluster.node(pod, STATUSES)) as number[];
        return answers.every((answer) => answer === status);
      },
      {
        withinMs: stage.patienceMs / 2,
        what: () => `that every subgraph answers ${pod} with ${String(status)} (it was ${answers.join(', ')})`,
      },
    );
  };
  await isAnswered(router.metadata.name, 200);
  await isAnswered(plain, NO_ANSWER);
  await isAnswered(meshed, 403);
  await tellStory(stage);
  return {
    'subgraphs tried': SUBGRAPHS.length,
    'answer to the router': 200,
    'answer to a pod without a sidecar': 'none',
    'answer to another identity of the mesh': 403,
  };
}

export const meshIdentity: Drill = {
  name: 'mesh-identity',
  heading: 'Identities of the mesh (Istio)',
  proves:
    'A pod without a certificate of the mesh gets no answer of a subgraph, and another identity is refused; the router is served.',
  lacks: lacksMesh,
  byHand: [
    'kubectl -n rentalbook get peerauthentications,authorizationpolicies',
    'istioctl -n rentalbook analyze',
    'istioctl experimental authz check "$(kubectl -n rentalbook get pod --selector app=book --output name | head -1).rentalbook"',
  ],
  startsFrom: inTheMesh,
  prove: tryIdentities,
  control: {
    takenAway: 'without mTLS STRICT and the policies of access',
    async prove(stage) {
      await stage.cluster.inside(['delete', 'peerauthentications,authorizationpolicies', '--all']);
      return tryIdentities(stage);
    },
  },
};
