import { addressesIn, ENTRANCE } from './cluster-addresses';
import { KubectlFailed, type Kubectl } from './kubectl';
import { deployments } from '../../../tools/services';

/** The Deployments of the system, by their own names. */
export const SERVICES = deployments;

/** The namespace of the system: everything of the local overlay is in it. */
export const NAMESPACE = 'rentalbook';

export interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly {
      readonly containerID?: string;
      readonly restartCount: number;
      readonly image: string;
      readonly state: { readonly waiting?: { readonly reason: string; readonly message?: string } };
    }[];
  };
}

const IMAGE = '{.spec.template.spec.containers[0].image}';

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly spec: { readonly replicas: number };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
  };
}

interface List<Item> {
  readonly items: readonly Item[];
}

/** The system as the cluster has it. */
export function clusterOf(kubectl: Kubectl) {
  const inside = ['--namespace', NAMESPACE];

  const allPods = async (app: string): Promise<readonly Pod[]> =>
    (await kubectl.json<List<Pod>>([...inside, 'get', 'pods', '--selector', `app=${app}`])).items;
  const pods = async (app: string): Promise<readonly Pod[]> =>
    (await allPods(app)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);

  return {
    kubectl,
    /** Those that are leaving, too. */
    allPods,
    readyPods: async (app: string): Promise<readonly Pod[]> => (await pods(app)).filter(isReady),
    /** How often the container of each pod was started again. */
    restarts: async (app: string): Promise<ReadonlyMap<string, number>> =>
      new Map(
        (await pods(app)).map(({ metadata, status }) => [
          metadata.name,
          status.containerStatuses?.[0]?.restartCount ?? 0,
        ]),
      ),
    /** Whether pods of a namespace that is marked so get a sidecar, and members come in through an entrance. */
    hasMesh: async (): Promise<boolean> =>
      (await kubectl.find(['get', 'deployment', 'istiod', '--namespace', 'istio-system'])) !== undefined &&
      (await kubectl.find(['get', ...ENTRANCE])) !== undefined,
    /** Names the containers that run: another answer means that one was started, again or anew. */
    containers: async (app: string): Promise<string> =>
      (await pods(app))
        .map(({ status }) => status.containerStatuses?.[0]?.containerID ?? '')
        .sort()
        .join(),
    /** The workloads that are not yet as their manifests want them, each with the reason if a container has one. */
    async notRolledOut(): Promise<readonly string[]> {
      const { items } = await kubectl.json<List<Workload>>([...inside, 'get', 'deployments,statefulsets']);
      return items.filter((workload) => !isRolledOut(workload)).map(({ metadata }) => metadata.name);
    },
    /** The pods that are leaving: until they are gone, they answer those who were connected to them. */
    async ending(): Promise<readonly string[]> {
      const { items } = await kubectl.json<List<Pod>>([...inside, 'get', 'pods']);
      return items
        .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
        .map(({ metadata }) => metadata.name);
    },
    /** Why containers wait to start: images that are not there, crashes. */
    async complaints(): Promise<readonly string[]> {
      const { items } = await kubectl.json<List<Pod>>([...inside, 'get', 'pods']);
      return items.flatMap(({ metadata, status }) =>
        (status.containerStatuses ?? []).flatMap(({ state }) =>
          state.waiting && state.waiting.reason !== 'ContainerCreating'
            ? [`${metadata.name}: ${state.waiting.reason}`]
            : [],
        ),
      );
    },
    /** Memory in use by the pods of ours, in MiB; undefined until the cluster has measured all of them. */
    memoryMiB: () => memoryMiB(kubectl),
    /** Replaces the pods of a service by new ones. */
    renew: (service: string): Promise<string> =>
      kubectl.run([...inside, 'rollout', 'restart', `deployment/${service}`]),
    /** kubectl in the system's own namespace. */
    inside: (args: readonly string[], input?: string): Promise<string> => kubectl.run([...inside, ...args], input),
    ...addressesIn(kubectl, inside),
    /** The image that a service runs. */
    imageOf: (service: string): Promise<string> =>
      kubectl.run([...inside, 'get', `deployment/${service}`, `--output=jsonpath=${IMAGE}`]),
    /** Runs Node in a pod's container; resolves to what it printed. */
    node: (pod: string, script: string, flags: readonly string[] = []): Promise<string> =>
      kubectl.run([...inside, 'exec', pod, '--', 'node', ...flags, '--eval', script]),
  };
}

export type Cluster = ReturnType<typeof clusterOf>;

const isReady = ({ status }: Pod): boolean =>
  status.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True') ?? false;

function isRolledOut({ kind, metadata, spec, status }: Workload): boolean {
  if ((status.observedGeneration ?? 0) < metadata.generation) return false;
  const ready = kind === 'Deployment' ? status.availableReplicas : status.readyReplicas;
  return [status.replicas, status.updatedReplicas, ready].every((count) => (count ?? 0) === spec.replicas);
}

async function memoryMiB(kubectl: Kubectl): Promise<number | undefined> {
  interface Measured {
    readonly containers: readonly { readonly usage: { readonly memory: string } }[];
  }
  const ours = `/apis/metrics.k8s.io/v1beta1/namespaces/${NAMESPACE}/pods?labelSelector=app.kubernetes.io/part-of=rentalbook`;
  const measured = JSON.parse(await kubectl.run(['get', '--raw', ours])) as List<Measured>;
  if (measured.items.length < SERVICES.length) return undefined;
  const usages = measured.items.flatMap(({ containers }) => containers.map(({ usage }) => usage.memory));
  return Math.round(usages.reduce((sum, usage) => sum + mebibytes(usage), 0));
}

function mebibytes(quantity: string): number {
  const [, amount = '', unit = ''] = /^(\d+)(Ki|Mi|Gi)?$/.exec(quantity) ?? [];
  const perUnit: Readonly<Record<string, number>> = { '': 2 ** -20, Ki: 2 ** -10, Mi: 1, Gi: 2 ** 10 };
  const factor = perUnit[unit];
  if (amount === '' || factor === undefined) throw new KubectlFailed(`"${quantity}" is no amount of memory.`);
  return Number(amount) * factor;
}
