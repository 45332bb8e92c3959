import type { Kubectl } from './kubectl';

interface Service {
  readonly spec: {
    readonly type: string;
    readonly ports: readonly { readonly port: number; readonly nodePort?: number }[];
  };
  readonly status: {
    readonly loadBalancer?: { readonly ingress?: readonly { ip?: string; hostname?: string }[] };
  };
}

interface Node {
  readonly status: { readonly addresses: readonly { readonly type: string; readonly address: string }[] };
}

/** Where members come in where the component istio is, see k8s/components/istio/entrance.yaml. */
export const ENTRANCE = ['service', 'istio-ingressgateway', '--namespace', 'istio-system'];
const ENTRANCE_PORT = 80;
const ROUTER_PORT = 8080;

/** Where the system's ports are from outside of the cluster. */
export function addressesIn(kubectl: Kubectl, inside: readonly string[]) {
  const outsideOf = async (service: Service | undefined, number: number): Promise<string | undefined> => {
    const port = service?.spec.ports.find(({ port }) => port === number);
    const [balancer] = service?.status.loadBalancer?.ingress ?? [];
    const balancerHost = balancer?.ip ?? balancer?.hostname;
    if (balancerHost !== undefined && port) return `${balancerHost}:${String(port.port)}`;
    const { items } = await kubectl.json<{ readonly items: readonly Node[] }>(['get', 'nodes']);
    const address = items[0]?.status.addresses.find(({ type }) => type === 'InternalIP')?.address;
    return address === undefined || port?.nodePort === undefined ? undefined : `${address}:${String(port.nodePort)}`;
  };

  return {
    /** Where the router answers from outside: its load balancer, a node's port, or the same of the entrance of the mesh. */
    async routerUrl(): Promise<string | undefined> {
      const router = await kubectl.json<Service>([...inside, 'get', 'service', 'gateway']);
      const address =
        router.spec.type === 'ClusterIP'
          ? await outsideOf(await kubectl.find<Service>(['get', ...ENTRANCE]), ENTRANCE_PORT)
          : await outsideOf(router, ROUTER_PORT);
      return address && `http://${address}/graphql`;
    },
    /** Where a port of the mesh's entrance is from outside, as HOST:PORT; undefined when it has no such port. */
    entrance: async (port: number): Promise<string | undefined> =>
      outsideOf(await kubectl.find<Service>(['get', ...ENTRANCE]), port),
  };
}
