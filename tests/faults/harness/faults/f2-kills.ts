import { setTimeout as delay } from 'node:timers/promises';
import type { Trial } from '../../../harness/trial';
import { measuredUnderLoad, underLoad } from '../under-load';
import { services } from '../../../../tools/services';

const PAUSE_MS = { least: 300, spread: 1_200 };

export const kills: Trial = {
  id: 'F2',
  name: 'kill -9 of any service at random, under load',
  full: '300 kills',
  bar: '0 lost, 0 doubled, 0 stuck; level within 10 s',
  onRealEngines: true,
  async run(stage) {
    const wanted = stage.amount({ short: 4, full: 300 });
    let killed = 0;
    const done = await underLoad(stage, async (system, load) => {
      while (killed < wanted) {
        stage.progress(killed, wanted);
        await delay(PAUSE_MS.least + stage.chance.below(PAUSE_MS.spread));
        // Now and then the next one falls before the last is up again.
        if (!stage.chance.onceIn(4)) await load.goesOn();
        if (system.signal(stage.chance.oneOf(services), 'SIGKILL') !== undefined) killed += 1;
      }
    });
    return measuredUnderLoad(`${String(killed)} kills`, done);
  },
};
