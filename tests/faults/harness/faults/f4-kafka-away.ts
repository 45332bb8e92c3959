import { setTimeout as delay } from 'node:timers/promises';
import type { Broken } from '../../../harness/broken';
import type { Trial } from '../../../harness/trial';
import { untilDrained } from '../system/drained';
import { measuredUnderLoad, underLoad } from '../under-load';

const DRAINED_WITHIN_MS = 15_000;
const PATIENCE_MS = 60_000;
const SECOND_MS = 1_000;

export const kafkaAway: Trial = {
  id: 'F4',
  name: 'Kafka away, under load',
  full: '20 × 30 s and 1 × 300 s',
  bar: 'commands go on; drained within 15 s of its return',
  onRealEngines: true,
  async run(stage) {
    const outages =
      stage.form === 'short' ? [3_000] : [...Array.from({ length: 20 }, () => 30 * SECOND_MS), 300 * SECOND_MS];
    const broken: Broken[] = [];
    const drains: number[] = [];
    let accepted = 0;
    const done = await underLoad(stage, async (system, load) => {
      for (const [place, ms] of outages.entries()) {
        stage.progress(place, outages.length);
        const on = `outage ${String(place + 1)}`;
        await load.goesOn();
        const before = load.ledger.count('ok');
        system.proxies.kafka.hangUp();
        await delay(ms);
        const meanwhile = load.ledger.count('ok') - before;
        system.proxies.kafka.pass();
        accepted += meanwhile;
        if (meanwhile === 0) broken.push({ promise: 'commands go on without Kafka', on, found: 'none was accepted' });
        const tookMs = await untilDrained(system, load.bookIds, PATIENCE_MS);
        drains.push(tookMs);
        if (stage.isLate(tookMs, DRAINED_WITHIN_MS))
          broken.push({ promise: 'all is sent within 15 s of its return', on, found: `after ${String(tookMs)} ms` });
      }
    });
    const longest = (Math.max(...drains) / SECOND_MS).toFixed(1);
    return measuredUnderLoad(
      outages.length === 1 ? `1 × ${String((outages[0] ?? 0) / SECOND_MS)} s` : this.full,
      done,
      broken,
      `${String(accepted)} commands accepted meanwhile; drained after at most ${longest} s`,
    );
  },
};
