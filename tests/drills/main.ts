import { ensureDevelopmentKeys, runCommand, UsageError } from '@rentalbook/cli';
import { systemClock } from '@rentalbook/timing';
import { parseArgs } from 'node:util';
import { drills } from './drills';
import { clusterOf } from './support/cluster';
import type { Drill } from './support/drill';
import { kubectlFor } from './support/kubectl';
import { OVERLAY } from './support/overlay';
import { preflight } from './support/preflight';
import { startProgress } from './support/progress';
import { takeCluster } from './support/restoring';
import { RESULTS, writeResult, type Result } from './support/results';
import { runDrills } from './support/run-drills';
import { setStage } from './support/stage';

const HELP = `Tries operations on a running system, each with a control that has to fail.

  npm run drill -- deploy zero-downtime --context NAME
  npm run drill -- all --context NAME

  --context NAME    the cluster, as kubectl names it; no other is touched, and there is no default
  --short           fewer requests and shorter looks; the bars stay
  --url URL         the router's address, where neither its load balancer nor its node port can be reached from here

The cluster needs the images of docs/deploy.md; a drill that needs more than the cluster has is skipped with one sentence. The drill
observability needs the executables jaeger and prometheus in PATH as well. A drill puts back what it changed, also when it is interrupted:
the system is there afterwards only if it was there before. What is measured is kept in ${RESULTS}/.

Drills: ${drills.map(({ name }) => name).join(', ')}
`;

interface Request {
  readonly chosen: readonly Drill[];
  readonly context: string;
  readonly short: boolean;
  readonly url: string | undefined;
}

runCommand(HELP, async (args) => {
  const startedAt = performance.now();
  const { chosen, context, short, url } = readRequest(args);
  const cluster = clusterOf(kubectlFor(context));
  const progress = startProgress((line) => process.stdout.write(`${line}\n`), systemClock);
  const { say, during } = progress;
  const { isDeployed } = await during('looking at the cluster', () => preflight(cluster.kubectl));
  await ensureDevelopmentKeys(OVERLAY, 'production');
  const ending = new AbortController();
  const interrupt = (name: NodeJS.Signals): void => {
    process.exitCode = name === 'SIGINT' ? 130 : 143;
    say('\nInterrupted; putting back what was changed …');
    ending.abort(new UsageError('The drill was interrupted.'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);

  const restoring = await takeCluster(cluster, RESULTS, isDeployed, say);
  const stage = setStage({ cluster, short, signal: ending.signal, progress, url });
  let outcome: Awaited<ReturnType<typeof runDrills>>;
  try {
    const fromNothing = chosen.find(({ isFromNothing }) => isFromNothing);
    if (restoring.wasDeployed && fromNothing)
      throw new UsageError(
        `The system runs in the context "${context}" already, and the drill ${fromNothing.name} begins with none: leave it out, or kubectl --context ${context} delete -k ${OVERLAY}`,
      );
    const keep = (result: Result): void => {
      writeResult(RESULTS, result);
    };
    outcome = await runDrills(chosen, { stage, restoring, keep });
  } finally {
    await during('putting back what was changed', () => restoring.everything());
    progress.end();
  }
  const { ran, failed } = outcome;
  if (failed.length > 0)
    throw new UsageError(`${String(failed.length)} of ${String(ran)} failed: ${failed.join(', ')}`);
  say(`\nAll ${String(ran)} passed, in ${String(Math.round((performance.now() - startedAt) / 1_000))} s.`);
});

function readRequest(args: string[]): Request {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { context: { type: 'string' }, short: { type: 'boolean' }, url: { type: 'string' } },
  });
  if (positionals.length === 0)
    throw new UsageError(`Name a drill, or all: ${drills.map(({ name }) => name).join(', ')}`);
  const unknown = positionals.find((name) => name !== 'all' && !drills.some((drill) => drill.name === name));
  if (unknown !== undefined)
    throw new UsageError(
      `There is no drill "${unknown}"; there are ${drills.map(({ name }) => name).join(', ')}, and all.`,
    );
  if (values.context === undefined) throw new UsageError('Say which cluster: npm run drill -- NAME --context NAME');
  const chosen = drills.filter(({ name }) => positionals.includes('all') || positionals.includes(name));
  return { chosen, context: values.context, short: values.short ?? false, url: values.url };
}
