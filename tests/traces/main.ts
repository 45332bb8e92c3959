import { runCommand } from '@rentalbook/cli';
import { startSpanReceiver } from '@rentalbook/test-kit';
import { readArguments } from '../harness/arguments';
import { startFaultProxy } from '../harness/fault-proxy';
import { runTrials, type Harness } from '../harness/run-trials';
import type { Surroundings } from '../harness/system/system-on-demand';
import { collectorAway } from './collector';
import { killsAndRebuild } from './kills-and-rebuild';
import { tracesPage } from './report/traces-page';

const HELP = `Samples every request of a running system while it is harmed, and checks that each trace leads from the request to its effects.

  npm run test:traces                        both trials, in their full amount: minutes
  npm run test:traces -- --short             both, in seconds
  npm run test:traces -- T1                  a kill of each service and a rebuild
  npm run test:traces -- T2                  a collector that is away, slow or full
    --seed NUMBER       the same choices again; by default at random, and printed
    --json FILE         where the results go, by default .data/traces/FORM-ENGINES.json
    --record            puts the results into docs/traces.md too

Exit 0: both passed. Ctrl-C stops everything. It works on folders and ports of its own, on this machine alone.
`;

export function runTraces(surroundings: Surroundings): void {
  runCommand(HELP, async (args) => {
    const receiver = await startSpanReceiver();
    const proxy = await startFaultProxy(Number(new URL(receiver.url).port));
    const trials = [killsAndRebuild(receiver), collectorAway({ receiver, proxy })];
    const harness: Harness = {
      name: 'traces',
      page: tracesPage,
      ids: trials.map(({ id }) => id),
      lanes: () => 1,
      settings: {
        budget: 1_000_000,
        isMeasured: true,
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(proxy.port)}`,
          // What a process that is killed takes along is little, and a collector that is silent shows soon.
          ...{ OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_EXPORTER_OTLP_TIMEOUT: '2000' },
          // The clients' flags decide, which sample everything.
          OTEL_TRACES_SAMPLER: 'parentbased_always_on',
        },
      },
    };
    const passed = await runTrials(
      harness,
      readArguments({ noun: 'trial', trials, inTurn: trials }, args),
      surroundings,
    );
    // Connections that are kept for the next request would keep the process.
    process.exit(passed ? 0 : 1);
  });
}
