import { runCommand, UsageError } from '@rentalbook/cli';
import { parseArgs } from 'node:util';
import { NAMESPACE } from '../drills/support/cluster';
import { KubectlFailed, kubectlFor } from '../drills/support/kubectl';
import { requireCluster } from '../drills/support/preflight';
import { kindsIn, missingDefinitions } from './support/definitions';
import { combinations, eachOf, openWorkbench, withOperator } from './support/kustomize';
import type { Manifest } from './support/manifest';

const HELP = `Lets a cluster's API server judge the overlays and every combination of components, strictly and without a change.

  npm run k8s:validate -- --context NAME

  --context NAME    the cluster, as kubectl names it; no other is asked, and there is no default

The cluster needs the namespaces rentalbook and monitoring, for a dry run makes none, and the definitions of Istio, the Gateway API and
Prometheus's operator; what it lacks is named with the command that brings it.
`;

runCommand(HELP, async (args) => {
  const { context } = parseArgs({ args, options: { context: { type: 'string' } } }).values;
  if (context === undefined) throw new UsageError('Say which cluster: npm run k8s:validate -- --context NAME');
  const kubectl = kubectlFor(context);
  await requireCluster(kubectl);
  for (const namespace of [NAMESPACE, 'monitoring'])
    if ((await kubectl.find(['get', 'namespace', namespace])) === undefined)
      throw new UsageError(`The namespace "${namespace}" is not there, and a dry run makes none; create it first.`);

  const workbench = openWorkbench();
  process.on('exit', () => {
    workbench.close();
  });
  const judge = async (name: string, items: readonly Manifest[]): Promise<void> => {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    await kubectl
      .run(['apply', '--dry-run=server', '--validate=strict', '--filename=-'], list)
      .catch((error: unknown) => {
        if (!(error instanceof KubectlFailed)) throw error;
        throw new UsageError(`${name} is refused:\n${error.message}`);
      });
    process.stdout.write(`${name}: ${String(items.length)} objects accepted\n`);
  };
  const chosen = [...combinations, withOperator];
  process.stdout.write(`Building ${String(workbench.overlays.length + chosen.length)} sets of manifests …\n`);
  const sets = [
    ...workbench.overlays.map((name) => ({ name: `overlay ${name}`, items: workbench.overlay(name) })),
    ...(await eachOf(chosen, async (one) => ({ name: one.name, items: await workbench.combination(one) }))),
  ];
  const lack = await missingDefinitions(kubectl, kindsIn(sets.flatMap(({ items }) => items)));
  if (lack !== undefined) throw new UsageError(lack);
  await eachOf(sets, ({ name, items }) => judge(name, items));
  process.stdout.write(`All ${String(sets.length)} are accepted; no unknown field.\n`);
});
