import { setTimeout as delay } from 'node:timers/promises';
import { isKafkaProduce, isMongoWrite, type FaultProxy, type RequestMatcher } from '../../../harness/fault-proxy';
import type { Stage, Trial } from '../../../harness/trial';
import { untilDrained } from '../system/drained';
import { measuredUnderLoad, underLoad } from '../under-load';

const PAUSE_MS = { least: 20, spread: 100 };
const IN_A_ROW = 3;
const DRAINED_WITHIN_MS = 60_000;

export const lostAnswers: Trial = {
  id: 'F6',
  name: 'the answer lost after the write, under load',
  full: '1,000 of MongoDB and 1,000 of Kafka',
  bar: '0 lost, 0 doubled, 0 stuck; level within 10 s',
  onRealEngines: true,
  async run(stage) {
    const wanted = stage.amount({ short: 6, full: 1_000 });
    const done = await underLoad(stage, async (system, load) => {
      const { mongo, kafka } = system.proxies;
      await Promise.all([
        lose(mongo, isMongoWrite, wanted, stage, () => load.goesOn()),
        lose(kafka, isKafkaProduce, wanted, stage, () => untilDrained(system, load.bookIds, DRAINED_WITHIN_MS)),
      ]);
    });
    return measuredUnderLoad(`${String(wanted)} of MongoDB and ${String(wanted)} of Kafka`, done);
  },
};

/** Loses answers, one to three in a row, until there were `wanted`; in between the system works, so that there is one to lose. */
async function lose(
  proxy: FaultProxy,
  which: RequestMatcher,
  wanted: number,
  { chance, progress }: Stage,
  untilItWorks: () => Promise<unknown>,
): Promise<void> {
  for (const before = proxy.lost; proxy.lost - before < wanted;) {
    progress(proxy.lost - before, wanted);
    proxy.loseAnswers(which, Math.min(1 + chance.below(IN_A_ROW), wanted - (proxy.lost - before)));
    await delay(PAUSE_MS.least + chance.below(PAUSE_MS.spread));
    await untilItWorks();
  }
  proxy.loseAnswers(which, 0);
}
