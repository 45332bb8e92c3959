import { NAMESPACE } from './cluster';
import { EXTRA } from './restoring';
import type { Stage } from './stage';

const READY_WITHIN_MS = 60_000;

export interface StrayOptions {
  readonly name: string;
  /** Whether it has an identity of the mesh, that of the namespace's default account. */
  readonly hasSidecar: boolean;
  /** A port, also one below 1024, on which it takes connections and answers what it is sent; anyone may reach it. */
  readonly answersAt?: number;
}

/** Ends at once when it is told to. */
const IDLE = `process.on('SIGTERM', () => process.exit(0)); setInterval(() => undefined, 60_000);`;
const answeringAt = (port: number): string =>
  `require('node:net').createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(${String(port)}); ${IDLE}`;

/**
 * Starts a pod that belongs to nothing, as an intruder would; resolves to its name. It may send wherever it likes, so
 * that only what others let in keeps it out. Without a sidecar, which would accept every connection itself, unless it is to
 * have one. It goes with the drill.
 */
export async function startStray(
  stage: Stage,
  { name, hasSidecar, answersAt }: StrayOptions = { name: 'stray', hasSidecar: false },
): Promise<string> {
  const { cluster } = stage;
  const labels = { app: name, [EXTRA]: '', 'sidecar.istio.io/inject': String(hasSidecar) };
  const metadata = { name, namespace: NAMESPACE, labels };
  const mayAskAnybody = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress', 'Egress'],
      ingress: answersAt === undefined ? [] : [{ ports: [{ port: answersAt }] }],
      egress: [{}],
    },
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      securityContext: {
        ...{ runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
        ...(answersAt !== undefined && { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] }),
      },
      containers: [
        {
          name,
          image: await cluster.imageOf('gateway'),
          imagePullPolicy: 'IfNotPresent',
          command: ['node', '--eval', answersAt === undefined ? IDLE : answeringAt(answersAt)],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
  await cluster.kubectl.run(
    ['apply', '--filename', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [mayAskAnybody, pod] }),
  );
  await stage.until(async () => (await cluster.readyPods(name)).length === 1, {
    withinMs: READY_WITHIN_MS,
    what: 'the start of a stray pod',
  });
  return name;
}
