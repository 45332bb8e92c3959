import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { parse } from 'yaml';
import { NAMESPACE, SERVICES, type Cluster } from './cluster';
import type { Collector } from './jaeger';
import { together, withSettings, type Variant } from './overlay';
import { EXTRA } from './restoring';

/** The provider that k8s/components/istio-tracing names. */
const PROVIDER = 'otlp';

interface MeshConfig {
  readonly extensionProviders?: readonly {
    readonly name: string;
    readonly opentelemetry?: { readonly service: string; readonly port: number; readonly http?: object };
  }[];
}

interface EndpointSlices {
  readonly items: readonly { readonly endpoints?: readonly { readonly addresses: readonly string[] }[] }[];
}

/** Where the mesh sends its spans, if that is an address of this machine; otherwise what is in the way, as the end of a sentence. */
export async function collectorOfMesh({ kubectl }: Cluster): Promise<Collector | string> {
  const system = ['--namespace', 'istio-system'];
  const found = await kubectl.find<{ readonly data: { readonly mesh: string } }>([
    ...system,
    'get',
    'configmap',
    'istio',
  ]);
  const { extensionProviders = [] } = parse(found?.data.mesh ?? '{}') as MeshConfig;
  const provider = extensionProviders.find(({ name }) => name === PROVIDER)?.opentelemetry;
  if (!provider?.http) return `its mesh has no extension provider "${PROVIDER}" that sends spans by OTLP over HTTP`;
  const [service = '', namespace = ''] = provider.service.split('.');
  const selector = `kubernetes.io/service-name=${service}`;
  const { items } = await kubectl.json<EndpointSlices>([
    ...['--namespace', namespace, 'get', 'endpointslices', '--selector', selector],
  ]);
  const addresses = items.flatMap(({ endpoints = [] }) => endpoints.flatMap((endpoint) => endpoint.addresses));
  const ours = Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => address));
  const host = addresses.find((address) => ours.includes(address));
  return host === undefined
    ? `its mesh sends spans to ${addresses.join(', ') || provider.service}, which is not this machine`
    : { host, port: provider.port };
}

/** A variant in which the services send their spans there, a moment after they were made. */
export const sendingSpansTo = ({ host, port }: Collector): Variant =>
  together(
    ...SERVICES.map((service) =>
      withSettings(service, {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://${isIPv6(host) ? `[${host}]` : host}:${String(port)}`,
        OTEL_BSP_SCHEDULE_DELAY: '500',
      }),
    ),
  );

/** In production the collector is a pod of the namespace `monitoring`, which network policies let spans out to. */
export const spansMayLeaveTo = ({ host, port }: Collector) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'spans-may-leave', namespace: NAMESPACE, labels: { [EXTRA]: '' } },
  spec: {
    podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'rentalbook' } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ ipBlock: { cidr: `${host}/${isIPv6(host) ? '128' : '32'}` } }], ports: [{ port }] }],
  },
});
