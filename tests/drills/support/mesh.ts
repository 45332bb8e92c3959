import { NAMESPACE, type Cluster } from './cluster';
import { together, withSettings, type Variant } from './overlay';
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

/** The same with a router that takes more of one member than its budget allows: what is refused, the mesh refuses. */
export const meshWithoutBudget: Variant = together(inTheMesh, withSettings('gateway', { MEMBER_BUDGET: '1000000' }));

/** The same with sidecars that send spans. */
export const tracedMesh: Variant = together(inTheMesh, { components: ['istio-tracing'] });

/** Changes an object of the mesh in place, as an operator would; it goes with the drill. */
export async function patchMesh(
  { cluster }: Stage,
  kind: 'destinationrule' | 'virtualservice',
  name: string,
  patch: readonly { readonly op: 'add' | 'replace' | 'remove'; readonly path: string; readonly value?: unknown }[],
): Promise<void> {
  await cluster.inside(['patch', kind, name, '--type=json', `--patch=${JSON.stringify(patch)}`]);
}

const ASK_ENVOY = ['pilot-agent', 'request', 'GET'];
const CHANGES_WITHIN_MS = 30_000;

/** What the Envoys on the way of an operation answer at a path of their admin interface: the entrance's and the routers'. */
async function askEnvoys({ cluster }: Stage, path: string): Promise<readonly string[]> {
  const routers = await cluster.readyPods('gateway');
  return Promise.all([
    cluster.kubectl.run([
      ...['--namespace', 'istio-system', 'exec', 'deployment/istio-ingressgateway', '--'],
      ...[...ASK_ENVOY, path],
    ]),
    ...routers.map(({ metadata }) =>
      cluster.inside(['exec', metadata.name, '--container', 'istio-proxy', '--', ...ASK_ENVOY, path]),
    ),
  ]);
}

const hostOf = (service: string): string => `${service}\\.${NAMESPACE}\\.svc\\.cluster\\.local`;
const ANY_HOST = hostOf('[a-z]+');

/** What the Envoys on the way have counted of calls to a service, or to every service of ours. */
export async function countedByEnvoy(stage: Stage, name: string, service = '[a-z]+'): Promise<number> {
  const counter = new RegExp(`^cluster\\.outbound\\|8080\\|\\|${hostOf(service)};?\\.${name}: (\\d+)$`, 'gm');
  const answers = await askEnvoys(stage, `stats?filter=${name}`);
  return sumOf(answers.flatMap((answer) => [...answer.matchAll(counter)]));
}

/** How many requests the Envoys on the way have sent to one replica of a service. */
export async function sentTo(stage: Stage, service: string, podIP: string): Promise<number> {
  const replica = `${podIP.replaceAll('.', '\\.')}:8080`;
  const counter = new RegExp(`^outbound\\|8080\\|\\|${hostOf(service)}::${replica}::rq_total::(\\d+)$`, 'gm');
  return sumOf((await askEnvoys(stage, 'clusters')).flatMap((answer) => [...answer.matchAll(counter)]));
}

const sumOf = (found: readonly RegExpMatchArray[]): number => found.reduce((sum, [, count]) => sum + Number(count), 0);

/** How many requests the Envoys on the way have refused because a pool was full. */
export const overflows = (stage: Stage): Promise<number> => countedByEnvoy(stage, 'upstream_rq_pending_overflow');

/** Waits until the pool of every service is as large as its DestinationRule says, at every Envoy on the way. */
export async function poolsOf(stage: Stage, connections: number): Promise<void> {
  const limit = new RegExp(`^outbound\\|8080\\|\\|${ANY_HOST}::default_priority::max_connections::(\\d+)$`, 'gm');
  await stage.until(
    async () => {
      const answers = await askEnvoys(stage, 'clusters');
      const found = answers.flatMap((answer) => [...answer.matchAll(limit)].map(([, count]) => Number(count)));
      return found.length > 0 && found.every((count) => count === connections);
    },
    { withinMs: CHANGES_WITHIN_MS, what: `pools of ${String(connections)} at every Envoy` },
  );
}

/** The part of Envoy's configuration dump that names an ejection's duration. */
interface DumpedClusters {
  readonly configs?: readonly {
    readonly cluster?: { readonly outlier_detection?: { readonly base_ejection_time?: string } };
  }[];
}

/** Waits until every Envoy on the way ejects a sick replica of the service for so long, or, without a duration, ejects none. */
export async function ejectionsOf(stage: Stage, service: string, duration: string | undefined): Promise<void> {
  const path = `config_dump?resource=dynamic_active_clusters&name_regex=outbound.8080..${service}.${NAMESPACE}.svc.cluster.local`;
  await stage.until(
    async () => {
      const dumps = (await askEnvoys(stage, path)).map((answer) => JSON.parse(answer) as DumpedClusters);
      const found = dumps.flatMap(({ configs = [] }) => configs);
      return (
        found.length === dumps.length &&
        found.every(({ cluster }) => cluster?.outlier_detection?.base_ejection_time === duration)
      );
    },
    { withinMs: CHANGES_WITHIN_MS, what: `the ejection of replicas for ${duration ?? 'no time'} at every Envoy` },
  );
}

/** Into how many calls the Envoys on the way have put a fault of a VirtualService. */
export async function faultsOfEnvoy(stage: Stage, name: 'delays_injected' | 'aborts_injected'): Promise<number> {
  const counter = new RegExp(`^http\\..*\\.fault\\.${name}: (\\d+)$`, 'gm');
  const answers = await askEnvoys(stage, `stats?filter=fault.${name}`);
  return sumOf(answers.flatMap((answer) => [...answer.matchAll(counter)]));
}
