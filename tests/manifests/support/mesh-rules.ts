import type { Breaking } from './breaking';
import { nameOf, type Manifest, type PodTemplate } from './manifest';
import { subgraphs } from '../../../tools/services';

/** The router's SUBGRAPH_TIMEOUT_MS and OPERATION_TIMEOUT_MS, in seconds. */
export interface RouterLimits {
  readonly subgraph: number;
  readonly operation: number;
}

const ROUTER = 'gateway';
const SUBGRAPHS: readonly string[] = subgraphs;
const ROUTER_IDENTITY = 'cluster.local/ns/rentalbook/sa/gateway';
const ENTRANCE_IDENTITY = 'cluster.local/ns/istio-system/sa/';
const SIDECARS_OWN_METRICS = [15020, 15090];
const OTLP = [4317, 4318];

const ofKind = (all: readonly Manifest[], kind: string): readonly Manifest[] => all.filter((one) => one.kind === kind);
const named = (all: readonly Manifest[], kind: string, name: string): Manifest | undefined =>
  ofKind(all, kind).find(({ metadata }) => metadata.name === name);
const seconds = (duration: string | undefined): number => Number(/^(\d+)s$/.exec(duration ?? '')?.[1] ?? Number.NaN);
const hostOf = (service: string): string => `${service}.rentalbook.svc.cluster.local`;
const templatesOf = (all: readonly Manifest[]): readonly { readonly name: string; readonly template: PodTemplate }[] =>
  all.flatMap((one) => (one.spec?.template ? [{ name: nameOf(one), template: one.spec.template }] : []));
const isOurs = ({ metadata }: PodTemplate): boolean =>
  metadata.labels['app.kubernetes.io/part-of'] === 'rentalbook' &&
  [ROUTER, ...SUBGRAPHS].includes(metadata.labels['app'] ?? '');

/** One thing that holds wherever the mesh is, as sentences about what breaks it, and an edit of the text that breaks it. */
export interface MeshRule {
  readonly sentence: string;
  readonly faults: (all: readonly Manifest[], limits: RouterLimits) => readonly string[];
  readonly control: Breaking;
}

export const meshRules: readonly MeshRule[] = [
  {
    sentence: 'the router may poll the readiness of every subgraph, and send it operations',
    faults(all) {
      const operations = (named(all, 'AuthorizationPolicy', 'gateway-to-subgraphs')?.spec?.rules ?? [])
        .filter(({ from = [] }) => from.some(({ source }) => source.principals?.includes(ROUTER_IDENTITY)))
        .flatMap(({ to = [] }) => to.map(({ operation }) => operation))
        .map(({ methods, paths }) => `${methods?.join() ?? ''} ${paths?.join() ?? ''}`);
      return ['GET /readyz', 'POST /graphql'].filter((wanted) => !operations.includes(wanted));
    },
    control: ['/readyz"]', '/livez"]'],
  },
  {
    sentence: 'only identities are admitted, never a whole namespace',
    faults: (all) =>
      ofKind(all, 'AuthorizationPolicy').flatMap((policy) =>
        (policy.spec?.rules ?? [])
          .filter(({ from = [] }) => from.length === 0 || from.some(({ source }) => !source.principals?.length))
          .map(() => nameOf(policy)),
      ),
    control: ['"principals":["cluster.local/ns/istio-system', '"namespaces":["cluster.local/ns/istio-system'],
  },
  {
    sentence: 'the entrance reaches the router alone',
    faults: (all) =>
      ofKind(all, 'AuthorizationPolicy')
        .filter(({ spec }) => JSON.stringify(spec?.rules ?? []).includes(ENTRANCE_IDENTITY))
        .filter(({ spec }) => spec?.selector?.matchLabels?.['app'] !== ROUTER)
        .map(nameOf),
    control: ['"selector":{"matchLabels":{"app":"gateway"}}', '"selector":{"matchLabels":{}}'],
  },
  {
    sentence: 'a call without mutual TLS gets no answer',
    faults(all) {
      const modes = ofKind(all, 'PeerAuthentication').map(({ spec }) => spec?.mtls?.mode ?? 'none');
      return modes.length === 1 && modes[0] === 'STRICT' ? [] : ['PeerAuthentication', ...modes];
    },
    control: ['"mode":"STRICT"', '"mode":"PERMISSIVE"'],
  },
  {
    sentence: 'the sidecar of a service starts before it and ends after it',
    faults: (all) =>
      templatesOf(all)
        .filter(({ template }) => isOurs(template))
        .filter(({ template }) => template.metadata.annotations?.['sidecar.istio.io/nativeSidecar'] !== 'true')
        .map(({ name }) => name),
    control: ['"sidecar.istio.io/nativeSidecar":"true"', '"sidecar.istio.io/nativeSidecar":"false"'],
  },
  {
    sentence: 'a service’s metrics are its own, and its spans leave without its sidecar',
    faults: (all) =>
      templatesOf(all)
        .filter(({ template }) => isOurs(template))
        .filter(({ template: { metadata } }) => {
          const { annotations = {} } = metadata;
          const past = (annotations['traffic.sidecar.istio.io/excludeOutboundPorts'] ?? '').split(',');
          const isMerged = annotations['prometheus.istio.io/merge-metrics'] !== 'false';
          return isMerged || !OTLP.every((port) => past.includes(String(port)));
        })
        .map(({ name }) => name),
    control: ['"prometheus.istio.io/merge-metrics":"false",', ''],
  },
  {
    sentence: 'a connection fails before the router gives up the call, and the mesh after it',
    faults: (all, { subgraph, operation }) => [
      ...[ROUTER, ...SUBGRAPHS].filter((service) => {
        const rule = ofKind(all, 'DestinationRule').find(({ spec }) => spec?.host === hostOf(service));
        return !(seconds(rule?.spec?.trafficPolicy?.connectionPool.tcp.connectTimeout) < subgraph);
      }),
      ...[ROUTER, ...SUBGRAPHS].filter((service) =>
        routesTo(all, service).some(({ timeout }) => !(seconds(timeout) > (service === ROUTER ? operation : subgraph))),
      ),
    ],
    control: ['"connectTimeout":"1s"', '"connectTimeout":"10s"'],
  },
  {
    sentence: 'a replica that answers 5xx is ejected, and at most half of them',
    faults: (all) =>
      [ROUTER, ...SUBGRAPHS].filter((service) => {
        const rule = ofKind(all, 'DestinationRule').find(({ spec }) => spec?.host === hostOf(service));
        const { consecutive5xxErrors, consecutiveGatewayErrors, maxEjectionPercent } =
          rule?.spec?.trafficPolicy?.outlierDetection ?? {};
        return !(consecutive5xxErrors === 5 && consecutiveGatewayErrors === 5 && (maxEjectionPercent ?? 100) <= 50);
      }),
    control: ['"consecutive5xxErrors":5,', ''],
  },
  {
    sentence: 'no call of a service is repeated by the mesh, from the entrance or from inside',
    faults: (all) =>
      [ROUTER, ...SUBGRAPHS].flatMap((service) => [
        ...(isRoutedInside(all, service) ? [] : [`${service} from inside`]),
        ...routesTo(all, service)
          .filter(({ retries }) => retries?.attempts !== 0)
          .map(() => service),
      ]),
    control: [
      '"name":"gateway-inside","namespace":"rentalbook"},"spec":{',
      '"name":"none"},"spec":{"gateways":["entrance"],',
    ],
  },
  {
    sentence: 'MongoDB is outside the mesh, and no proxy decodes what it is sent',
    faults: (all) => [
      ...templatesOf(all)
        .filter(({ template }) => template.metadata.labels['app']?.startsWith('mongo'))
        .filter(({ template }) => template.metadata.labels['sidecar.istio.io/inject'] !== 'false')
        .map(({ name }) => name),
      ...ofKind(all, 'Service')
        .filter(({ spec }) => spec?.ports?.some(({ appProtocol }) => appProtocol === 'mongo'))
        .map(nameOf),
    ],
    control: ['"appProtocol":"tls"', '"appProtocol":"mongo"'],
  },
  {
    sentence: 'policies let Prometheus in to the sidecars, and traces and certificates through',
    faults(all) {
      if (!named(all, 'NetworkPolicy', 'default-deny')) return [];
      const policy = named(all, 'NetworkPolicy', 'operators');
      const portsOf = (rules: readonly { readonly ports?: readonly { readonly port: number }[] }[] = []) =>
        rules.flatMap(({ ports = [] }) => ports.map(({ port }) => port));
      const into = portsOf(policy?.spec?.ingress);
      const out = portsOf(policy?.spec?.egress);
      return [
        ...[9464, ...SIDECARS_OWN_METRICS].filter((port) => !into.includes(port)),
        ...[15012, ...OTLP].filter((port) => !out.includes(port)),
      ].map(String);
    },
    control: ['{"port":15020,"protocol":"TCP"}', '{"port":15021}'],
  },
];

function routesTo(all: readonly Manifest[], service: string) {
  return ofKind(all, 'VirtualService')
    .flatMap(({ spec }) => spec?.http ?? [])
    .filter(({ route }) => route.some(({ destination }) => destination.host === hostOf(service)));
}

/** Whether calls from pods of the mesh have a VirtualService: without "gateways" it binds to the mesh. */
const isRoutedInside = (all: readonly Manifest[], service: string): boolean =>
  ofKind(all, 'VirtualService').some(
    ({ spec }) => spec?.hosts?.includes(hostOf(service)) && (spec.gateways ?? ['mesh']).includes('mesh'),
  );
