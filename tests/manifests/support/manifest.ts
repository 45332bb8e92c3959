/** The parts of Kubernetes' objects that the rules look at; everything may be missing, for that is what rules find out. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly automountServiceAccountToken?: boolean;
  readonly spec?: Spec;
}

interface Spec {
  readonly type?: string;
  readonly replicas?: number;
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
  readonly selector?: Readonly<Record<string, unknown>> & { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly strategy?: { readonly rollingUpdate?: { readonly maxUnavailable?: number | string } };
  readonly ports?: readonly {
    readonly targetPort?: string | number;
    readonly port: number;
    readonly appProtocol?: string;
  }[];
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  readonly ingress?: readonly { readonly ports?: readonly { readonly port: number }[] }[];
  readonly egress?: readonly {
    readonly to?: readonly Peer[];
    readonly ports?: readonly { readonly port: number }[];
  }[];
  readonly template?: PodTemplate;
  /** Of a CronJob. */
  readonly suspend?: boolean;
  readonly jobTemplate?: { readonly spec: { readonly template: PodTemplate } };
  readonly host?: string;
  readonly hosts?: readonly string[];
  readonly gateways?: readonly string[];
  readonly servers?: readonly Server[];
  /** Of a Gateway of the Gateway API. */
  readonly listeners?: readonly Listener[];
  /** Of an HTTPRoute. */
  readonly hostnames?: readonly string[];
  /** Of an Ingress. */
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
  readonly http?: readonly Route[];
  readonly rules?: readonly AccessRule[];
  readonly trafficPolicy?: TrafficPolicy;
  /** Of a PeerAuthentication. */
  readonly mtls?: { readonly mode: string };
}

export interface PodTemplate {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: PodSpec;
}

/** Of a VirtualService. */
interface Route {
  readonly route: readonly { readonly destination: { readonly host: string } }[];
  readonly timeout?: string;
  readonly retries?: { readonly attempts: number };
}

/** Whom a NetworkPolicy is about. */
interface Peer {
  readonly namespaceSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

/** Of a Gateway. */
interface Server {
  readonly hosts: readonly string[];
  readonly port: { readonly number: number; readonly protocol: string };
  readonly tls?: {
    readonly httpsRedirect?: boolean;
    readonly mode?: string;
    readonly credentialName?: string;
    readonly minProtocolVersion?: string;
  };
}

interface Listener {
  readonly name: string;
  readonly hostname?: string;
  readonly protocol: string;
  readonly tls?: { readonly mode?: string; readonly certificateRefs?: readonly { readonly name: string }[] };
}

/** Of an AuthorizationPolicy, or, with a host, of an Ingress, or, with filters, of an HTTPRoute. */
interface AccessRule {
  readonly host?: string;
  readonly filters?: readonly { readonly type: string; readonly requestRedirect?: { readonly scheme?: string } }[];
  readonly from?: readonly { readonly source: { readonly principals?: readonly string[] } }[];
  readonly to?: readonly {
    readonly operation: { readonly methods?: readonly string[]; readonly paths?: readonly string[] };
  }[];
}

/** Of a DestinationRule. */
interface TrafficPolicy {
  readonly connectionPool: {
    readonly tcp: { readonly maxConnections: number; readonly connectTimeout?: string };
    readonly http: { readonly http1MaxPendingRequests: number; readonly maxRequestsPerConnection?: number };
  };
  readonly outlierDetection?: {
    readonly consecutive5xxErrors?: number;
    readonly consecutiveGatewayErrors?: number;
    readonly maxEjectionPercent?: number;
  };
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly hostNetwork?: boolean;
  readonly topologySpreadConstraints?: readonly { readonly topologyKey: string }[];
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly seccompProfile?: { readonly type: string };
  };
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
}

interface Volume {
  readonly name: string;
  readonly hostPath?: object;
  readonly configMap?: ConfigReference;
  readonly secret?: { readonly secretName: string; readonly items?: readonly { readonly key: string }[] };
  readonly projected?: { readonly sources: readonly { readonly configMap?: ConfigReference }[] };
}

interface ConfigReference {
  readonly name: string;
  readonly optional?: boolean;
  readonly items?: readonly { readonly key: string }[];
}

interface KeyReference {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly imagePullPolicy?: string;
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: KeyReference; readonly configMapKeyRef?: KeyReference };
  }[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
  readonly resources?: { readonly requests?: Resources; readonly limits?: Resources };
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly privileged?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Resources {
  readonly cpu?: string;
  readonly memory?: string;
}

interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string | number };
  readonly tcpSocket?: { readonly port: string | number };
}

export type Workload = Manifest & { readonly spec: Spec & { readonly template: NonNullable<Spec['template']> } };

/** Whatever runs pods, also a Job, which ends. */
export const runsPods = (manifest: Manifest): manifest is Workload => isWorkload(manifest) || manifest.kind === 'Job';

/** A CronJob as the Job that it makes; anything else as it is. */
export const asJob = (manifest: Manifest): Manifest =>
  manifest.kind === 'CronJob' ? { ...manifest, kind: 'Job', spec: manifest.spec?.jobTemplate?.spec ?? {} } : manifest;

/** Whatever runs pods and runs on. */
export const isWorkload = (manifest: Manifest): manifest is Workload =>
  ['Deployment', 'StatefulSet'].includes(manifest.kind);

export const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;
