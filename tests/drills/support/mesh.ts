import { NAMESPACE, type Cluster } from './cluster';
import { together, type Variant } from './overlay';
import { EXTRA, MESH_KINDS } from './restoring';
import type { Stage } from './stage';

export const lacksMesh = async (cluster: Cluster): Promise<string | undefined> =>
  (await cluster.hasMesh()) ? undefined : 'there is no Istio with an ingress gateway';

/** Its objects are marked, so that they go with the drill. */
const marked: Variant = {
  patches: Object.keys(MESH_KINDS).map((kind) => ({
    target: { kind },
    patch: [{ op: 'add', path: '/metadata/labels', value: { [EXTRA]: '' } }],
  })),
};

/** The local overlay inside the mesh, with the entrance of production. */
export const withHttps: Variant = together({ components: ['istio'] }, marked);

/** The same with plain HTTP for any host. */
export const inTheMesh: Variant = together({ components: ['istio', 'seed-demo/plain-http'] }, marked);

const ASK_ENVOY = ['pilot-agent', 'request', 'GET'];
const CHANGES_WITHIN_MS = 30_000;

/** What the Envoys on the way of an operation say at a path of their admin interface: the entrance's and the routers'. */
async function askEnvoys({ cluster }: Stage, path: string): Promise<string> {
  const routers = await cluster.readyPods('gateway');
  const answers = await Promise.all([
    cluster.kubectl.run([
      ...['--namespace', 'istio-system', 'exec', 'deployment/istio-ingressgateway', '--'],
      ...[...ASK_ENVOY, path],
    ]),
    ...routers.map(({ metadata }) =>
      cluster.inside(['exec', metadata.name, '--container', 'istio-proxy', '--', ...ASK_ENVOY, path]),
    ),
  ]);
  return answers.join('\n');
}

const HOST = `[a-z]+\\.${NAMESPACE}\\.svc\\.cluster\\.local`;

/** How many requests the Envoys on the way have refused because a pool was full. */
export async function overflows(stage: Stage): Promise<number> {
  const counter = new RegExp(`^cluster\\.outbound\\|8080\\|\\|${HOST};?\\.upstream_rq_pending_overflow: (\\d+)$`, 'gm');
  const counts = [...(await askEnvoys(stage, 'stats')).matchAll(counter)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Waits until the pool of every service is as large as its DestinationRule says, at every Envoy on the way. */
export async function poolsOf(stage: Stage, connections: number): Promise<void> {
  const limit = new RegExp(`^outbound\\|8080\\|\\|${HOST}::default_priority::max_connections::(\\d+)$`, 'gm');
  await stage.until(
    async () => {
      const found = [...(await askEnvoys(stage, 'clusters')).matchAll(limit)].map(([, count]) => Number(count));
      return found.length > 0 && found.every((count) => count === connections);
    },
    { withinMs: CHANGES_WITHIN_MS, what: `pools of ${String(connections)} at every Envoy` },
  );
}
