import { setTimeout as delay } from 'node:timers/promises';
import type { Trial } from '../../../harness/trial';
import type { Replica } from '../../../harness/system/replicas';
import { measuredUnderLoad, underLoad } from '../under-load';

const services = ['mypage', 'reserve', 'rental'] as const;
const STEP_MS = 5_000;

export const scaling: Trial = {
  id: 'F14',
  name: 'consumers scaled up and down every 5 s, under load',
  full: '1 ↔ 6, 300 s',
  bar: '0 lost, 0 doubled, 0 stuck; level within 10 s',
  async run(stage) {
    const most = stage.amount({ short: 3, full: 6 });
    const steps = stage.amount({ short: 2, full: 60 });
    const done = await underLoad(stage, async (system, load) => {
      await load.goesOn();
      for (let step = 0; step < steps; step += 2) {
        stage.progress(step, steps);
        const service = services[(step / 2) % services.length] ?? 'mypage';
        const more: readonly Replica[] = await Promise.all(
          Array.from({ length: most - 1 }, () => system.addReplica(service)),
        );
        await delay(STEP_MS);
        await Promise.all(more.map((replica) => replica.stop()));
        if (step + 2 < steps) await delay(STEP_MS);
      }
      await load.goesOn();
    });
    return measuredUnderLoad(`1 ↔ ${String(most)}, ${String(steps)} steps`, done);
  },
};
