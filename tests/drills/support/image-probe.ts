import type { Cluster } from './cluster';
import { EXTRA } from './restoring';
import { until } from './until';

const ENDS_WITHIN_MS = 60_000;
let probes = 0;

/** Whether an image of the cluster has a program. The pod of the probe is in the namespace `default`, and is deleted afterwards. */
export async function imageHas({ kubectl }: Cluster, image: string, program: string): Promise<boolean> {
  const name = `rentalbook-drill-probe-${String(process.pid)}-${String((probes += 1))}`;
  const container = {
    name: 'probe',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', `command -v ${program}`],
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { [EXTRA]: '' } },
    spec: { restartPolicy: 'Never', automountServiceAccountToken: false, containers: [container] },
  };
  await kubectl.run(['create', '--filename', '-'], JSON.stringify(pod));
  try {
    return await until(
      new AbortController().signal,
      async () => {
        const { status } = await kubectl.json<{ readonly status: { readonly phase: string } }>([
          ...['get', 'pod', name, '--namespace', 'default'],
        ]);
        return ['Succeeded', 'Failed'].includes(status.phase) ? { found: status.phase === 'Succeeded' } : undefined;
      },
      { withinMs: ENDS_WITHIN_MS, what: `the end of the probe of the image ${image}` },
    ).then(({ found }) => found);
  } finally {
    await kubectl.run(['--namespace', 'default', 'delete', 'pod', name, '--grace-period=1', '--wait=false']);
  }
}
