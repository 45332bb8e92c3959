import { identityOf, isRunning, UsageError } from '@rentalbook/cli';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NAMESPACE, type Cluster } from './cluster';
import type { Kubectl } from './kubectl';
import { applyVariant, buildVariant, ofKind } from './overlay';
import { createOwned, requireOwnership } from './ownership';
import { until } from './until';

/** What drills add to a namespace carries this label; the value does not matter. */
export const EXTRA = 'rentalbook/drill';

/** The kinds of the objects that the components istio and istio-tracing add, and their groups: other groups have a Gateway, too. */
export const MESH_KINDS = {
  PeerAuthentication: 'security.istio.io',
  AuthorizationPolicy: 'security.istio.io',
  DestinationRule: 'networking.istio.io',
  VirtualService: 'networking.istio.io',
  Gateway: 'networking.istio.io',
  Telemetry: 'telemetry.istio.io',
};

const GONE_WITHIN_MS = 120_000;

/** What a run has to put back, written before it changes anything, so that the next run can when this one is killed. */
interface Debt {
  readonly pid: number;
  readonly startTime: string | undefined;
  readonly wasDeployed: boolean;
}

/** Puts the cluster back into the state it was in before the first drill. */
export interface Restoring {
  /** Takes away what a drill added to the overlay; what it changed there, the next apply puts back. */
  additions(): Promise<void>;
  /** Ends the run: the system as it was, or gone when it was not there. */
  everything(): Promise<void>;
}

/** Takes the cluster for this run. Throws UsageError while another run has it; settles what a killed one left behind. */
export async function takeCluster(
  cluster: Cluster,
  folder: string,
  isDeployed: boolean,
  say: (line: string) => void,
): Promise<Restoring & { readonly wasDeployed: boolean }> {
  const { context, run } = cluster.kubectl;
  const file = join(folder, `unrestored-${context.replace(/[^\w.-]/g, '_')}.json`);

  /** The entrance's certificate is where the entrance is, outside of the system's own namespaces. */
  const certificates = async (): Promise<void> => {
    if (await cluster.hasMesh()) await run(['--namespace', 'istio-system', 'delete', 'secrets', '--selector', EXTRA]);
  };
  /** A volume that is in use goes with the claim on it. */
  const volumes = (): Promise<string> => run(['delete', 'persistentvolumes', '--selector', EXTRA, '--wait=false']);
  const additions = async (): Promise<void> => {
    await reopenNodes(cluster.kubectl);
    await volumes();
    const ofTheMesh = Object.entries((await cluster.hasMesh()) ? MESH_KINDS : {}).map((one) => one.join('.'));
    const kinds = [
      'pods',
      'deployments',
      'jobs',
      'cronjobs',
      'configmaps',
      'secrets',
      'persistentvolumeclaims',
      'networkpolicies',
      ...ofTheMesh,
    ].join();
    await run(['--namespace', NAMESPACE, 'delete', kinds, '--selector', EXTRA, '--wait=false']);
    await certificates();
  };
  const everything = async (wasDeployed: boolean): Promise<void> => {
    if (wasDeployed) {
      await additions();
      await applyVariant(cluster.kubectl, {});
    } else {
      await reopenNodes(cluster.kubectl);
      await certificates();
      await volumes();
      await remove(cluster);
    }
    rmSync(file, { force: true });
  };

  let wasDeployed = isDeployed;
  const left = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Debt) : undefined;
  if (left) {
    if (left.pid !== process.pid && isRunning(left))
      throw new UsageError(`Another run of drills (process ${String(left.pid)}) uses the context "${context}".`);
    say('Putting back what a run that was killed had changed …');
    await everything(left.wasDeployed);
    wasDeployed = left.wasDeployed;
  }
  mkdirSync(folder, { recursive: true });
  const debt: Debt = { ...identityOf(process.pid), wasDeployed };
  writeFileSync(file, JSON.stringify(debt));
  if (!wasDeployed) await createOwned(cluster.kubectl, ofKind(await buildVariant({}), 'Namespace'));
  return { wasDeployed, additions, everything: () => everything(wasDeployed) };
}

/** Lets pods run again on the nodes that a drill has closed and marked. */
export async function reopenNodes({ run }: Kubectl): Promise<void> {
  const marked = (await run(['get', 'nodes', '--selector', EXTRA, '--output=name'])).split('\n').filter(Boolean);
  for (const node of marked) {
    await run(['uncordon', node]);
    await run(['label', node, `${EXTRA}-`]);
  }
}

async function remove({ kubectl }: Cluster): Promise<void> {
  if (!(await requireOwnership(kubectl))) return;
  await kubectl.run(['delete', 'namespace', NAMESPACE, '--wait=false']);
  // No request is served any more, and unfinished work goes with the pods.
  await kubectl.run(['--namespace', NAMESPACE, 'delete', 'pods', '--all', '--grace-period=1', '--wait=false']);
  // Not to be interrupted: what is not gone would be in the way of the next run.
  await until(
    new AbortController().signal,
    async () => (await kubectl.run(['get', 'namespace', NAMESPACE, '--ignore-not-found'])) === '',
    { withinMs: GONE_WITHIN_MS, what: 'the end of the namespace' },
  );
}
