import type { Drill } from './drill';
import type { Restoring } from './restoring';
import type { Result } from './results';
import { runDrill } from './run-drill';
import type { Stage } from './stage';

export interface RunDrillsOptions {
  readonly stage: Stage;
  readonly restoring: Pick<Restoring, 'additions'>;
  readonly keep: (result: Result) => void;
}

/**
 * Runs drills one after the other. One that needs more than the cluster has is skipped with a sentence; it is asked when its turn comes,
 * for a node lists an image up to a minute after it was loaded.
 */
export async function runDrills(
  chosen: readonly Drill[],
  { stage, restoring, keep }: RunDrillsOptions,
): Promise<{ readonly ran: number; readonly failed: readonly string[] }> {
  const { cluster, say } = stage;
  const failed: string[] = [];
  let ran = 0;
  for (const drill of chosen) {
    const lack = await drill.lacks?.(cluster);
    if (lack !== undefined) {
      say(`${drill.name}: skipped in the context "${cluster.kubectl.context}": ${lack}.`);
      continue;
    }
    ran += 1;
    if (!drill.isFromNothing) await prepare(drill, stage, restoring);
    say(`\n${drill.name}: ${drill.proves}`);
    const result = await runDrill(drill, stage);
    keep(result);
    say(`${drill.name}: ${result.passed ? 'passed' : `FAILED, ${result.reason ?? ''}`} (${String(result.seconds)} s)`);
    if (!result.passed) failed.push(drill.name);
  }
  return { ran, failed };
}

async function prepare(
  { startsFrom = {} }: Drill,
  stage: Stage,
  restoring: RunDrillsOptions['restoring'],
): Promise<void> {
  await restoring.additions();
  await stage.apply(typeof startsFrom === 'function' ? await startsFrom(stage.cluster) : startsFrom);
  // A pod that is ending closes the connections that its clients keep.
  await stage.settled();
  await stage.serving();
}
