import { setTimeout as delay } from 'node:timers/promises';
import type { Broken } from '../../../harness/broken';
import type { Trial } from '../../../harness/trial';
import type { Ledger } from '../load/ledger';
import { measuredUnderLoad, underLoad } from '../under-load';

const ANSWERED_WITHIN_MS = 3_500;
const HEALTHY_WITHIN_MS = 5_000;
const SECOND_MS = 1_000;

export const mongoAway: Trial = {
  id: 'F5',
  name: 'MongoDB away, under load: it hangs up, or it is silent',
  full: '20 × 30 s',
  bar: 'UNAVAILABLE within 3.5 s; nothing acknowledged is lost; healthy within 5 s of its return',
  onRealEngines: true,
  async run(stage) {
    const outages = stage.amount({ short: 2, full: 20 });
    const ms = stage.amount({ short: 3, full: 30 }) * SECOND_MS;
    const broken: Broken[] = [];
    const slowest: number[] = [];
    const healthyAfter: number[] = [];
    const done = await underLoad(stage, async (system, load) => {
      for (let outage = 1; outage <= outages; outage += 1) {
        stage.progress(outage - 1, outages);
        const isSilent = outage % 2 === 0;
        const on = `outage ${String(outage)}, ${isSilent ? 'silent' : 'hung up'}`;
        await load.goesOn();
        const from = performance.now();
        if (isSilent) system.proxies.mongo.freeze();
        else system.proxies.mongo.hangUp();
        await delay(ms);
        system.proxies.mongo.pass();
        const until = performance.now();
        await system.untilReady();
        const healthyMs = Math.round(performance.now() - until);
        healthyAfter.push(healthyMs);
        if (stage.isLate(healthyMs, HEALTHY_WITHIN_MS))
          broken.push({ promise: 'healthy within 5 s', on, found: `after ${String(healthyMs)} ms` });
        await load.goesOn();
        const slow = slowestAnswer(load.ledger, from, until);
        slowest.push(slow);
        if (stage.isLate(slow, ANSWERED_WITHIN_MS))
          broken.push({ promise: 'every answer comes within 3.5 s', on, found: `after ${String(slow)} ms` });
      }
    });
    return measuredUnderLoad(
      `${String(outages)} × ${String(ms / SECOND_MS)} s`,
      done,
      broken,
      `answers within ${seconds(slowest)} s; healthy after ${seconds(healthyAfter)} s`,
    );
  },
};

/** The longest that anybody waited for an answer to what was sent in the time between. */
const slowestAnswer = ({ entries }: Ledger, from: number, until: number): number =>
  Math.max(
    0,
    ...entries
      .flatMap(({ attempts }) => attempts)
      .filter(({ sentAt }) => sentAt >= from && sentAt < until)
      .map(({ tookMs }) => tookMs),
  );

const seconds = (ms: readonly number[]): string => (Math.max(...ms) / SECOND_MS).toFixed(1);
