import { NAMESPACE } from './cluster';
import { EXTRA } from './restoring';
import type { Stage } from './stage';

const READY_WITHIN_MS = 60_000;

export interface StrayOptions {
  readonly name: string;
  /** Whether it has an identity of the mesh, that of the namespace's default account. */
  readonly hasSidecar: boolean;
}

/** Ends at once when it is told to. */
const IDLE = `process.on('SIGTERM', () => process.exit(0)); setInterval(() => undefined, 60_000);`;

/**
 * Starts a pod that belongs to nothing, as an intruder would; resolves to its name. It may send wherever it likes, so
 * that only what others let in keeps it out. Without a sidecar, which would accept every connection itself, unless it is to
 * have one. It goes with the drill.
 */
export async function startStray(
  stage: Stage,
  { name, hasSidecar }: StrayOptions = { name: 'stray', hasSidecar: false },
): Promise<string> {
  const { cluster } = stage;
  const labels = { app: name, [EXTRA]: '', 'sidecar.istio.io/inject': String(hasSidecar) };
  const metadata = { name, namespace: NAMESPACE, labels };
  const mayAskAnybody = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: { podSelector: { matchLabels: labels }, policyTypes: ['Egress'], egress: [{}] },
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name,
          image: await cluster.imageOf('gateway'),
          imagePullPolicy: 'IfNotPresent',
          command: ['node', '--eval', IDLE],
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
