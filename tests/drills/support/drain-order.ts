import { NAMESPACE, type Cluster } from './cluster';
import { bar } from './drill';

/** How a pod has ended; kubelets give times by the second. */
export interface Ending {
  readonly pod: string;
  readonly order: 'service first' | 'sidecar first' | 'within the same second';
  /** Of the service; undefined while it runs on. */
  readonly exitCode: number | undefined;
}

interface Terminated {
  readonly finishedAt: string;
  readonly exitCode: number;
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly terminated?: Terminated };
}

interface PodStatus {
  readonly containerStatuses?: readonly ContainerStatus[];
  /** A native sidecar is an init container. */
  readonly initContainerStatuses?: readonly ContainerStatus[];
}

/** What {@link readEnding} reads: a pod's name, when it was told to end, and its status. kubectl would align columns of tabs. */
const LINE = '{.metadata.name}|{.metadata.deletionTimestamp}|{.status}{"\\n"}';

/** How the pod has ended as far as it has; undefined until one of its two containers has ended. */
export function readEnding(line: string): Ending | undefined {
  const [, pod = '', deletedAt = '', status = ''] = /^([^|]*)\|([^|]*)\|(.*)$/.exec(line) ?? [];
  if (deletedAt === '') return undefined;
  const { containerStatuses = [], initContainerStatuses = [] } = JSON.parse(status) as PodStatus;
  const endOf = (name: string): Terminated | undefined =>
    [...containerStatuses, ...initContainerStatuses].find((one) => one.name === name)?.state?.terminated;
  const at = (end: Terminated | undefined): number => (end ? Date.parse(end.finishedAt) : Infinity);
  const service = endOf('service');
  const sidecar = endOf('istio-proxy');
  if (!service && !sidecar) return undefined;
  const later = at(sidecar) - at(service);
  const order = later === 0 ? 'within the same second' : later > 0 ? 'service first' : 'sidecar first';
  return { pod, order, exitCode: service?.exitCode };
}

/** Watches how the pods of services end. */
export function watchEndings({ kubectl }: Cluster, services: readonly string[]) {
  const endings = new Map<string, Ending>();
  const watching = kubectl.follow(
    [
      ...['--namespace', NAMESPACE, 'get', 'pods', '--selector', `app in (${services.join()})`],
      ...['--watch', `--output=jsonpath=${LINE}`],
    ],
    (line) => {
      const ending = readEnding(line);
      if (ending) endings.set(ending.pod, ending);
    },
  );
  return {
    /** Of every pod that has ended so far. */
    all(): readonly Ending[] {
      watching.check();
      return [...endings.values()];
    },
    end: () => watching.end(),
  };
}

/** The bar of pods that are in use until they end: a service has the network to its own end, and ends of its own accord. */
export function inOrder(endings: readonly Ending[]): void {
  const early = endings.filter(({ order }) => order === 'sidecar first');
  bar(early.length === 0, `of ${String(endings.length)} pods ${String(early.length)} ended with the sidecar first`);
  const codes = endings.map(({ exitCode }) => exitCode).filter((code) => code !== 0);
  bar(codes.length === 0, `services ended with the exit codes ${codes.join(', ')}`);
}
