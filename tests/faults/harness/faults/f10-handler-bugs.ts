import { eventually } from '@rentalbook/test-kit';
import type { Broken } from '../../../harness/broken';
import type { Trial } from '../../../harness/trial';
import { measuredUnderLoad, underLoad } from '../under-load';

const services = ['reserve', 'rental', 'mypage'] as const;
const GOES_OFF_WITHIN_MS = 60_000;
const RESTARTED_WITHIN_MS = 15_000;
const PATIENCE_MS = 60_000;

export const handlerBugs: Trial = {
  id: 'F10',
  name: 'a bug in a handler (TypeError), under load',
  full: '20',
  bar: 'restarted within 15 s, never a zombie',
  async run(stage) {
    const times = stage.amount({ short: 3, full: 20 });
    const broken: Broken[] = [];
    const restarts: number[] = [];
    const done = await underLoad(stage, async (system, load) => {
      for (let time = 0; time < times; time += 1) {
        stage.progress(time, times);
        const service = services[time % services.length] ?? 'reserve';
        await load.goesOn();
        const pid = system.pidOf(service) ?? 0;
        const bug = system.arm(service, 'consumer.before-apply', 'throw');
        await eventually(bug.hasGoneOff, { withinMs: GOES_OFF_WITHIN_MS, what: `the bug in ${service}` });
        const from = performance.now();
        await system.untilReplaced(service, pid, PATIENCE_MS);
        const tookMs = Math.round(performance.now() - from);
        restarts.push(tookMs);
        if (stage.isLate(tookMs, RESTARTED_WITHIN_MS))
          broken.push({ promise: 'restarted within 15 s', on: service, found: `after ${String(tookMs)} ms` });
      }
    });
    const longest = (Math.max(...restarts) / 1_000).toFixed(1);
    return measuredUnderLoad(`${String(times)} bugs`, done, broken, `restarted after at most ${longest} s`);
  },
};
