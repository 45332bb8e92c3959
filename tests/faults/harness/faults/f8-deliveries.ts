import { isDeepStrictEqual } from 'node:util';
import { chanceOf } from '../../../conformance/chance';
import { eventLog } from '../../../conformance/event-log';
import { foldPages } from '../../../conformance/page-fold';
import { inOrder, simulatedPage } from '../../../conformance/simulated-page';
import { deliver, unruly } from '../../../conformance/unruly-delivery';
import type { Broken } from '../../../harness/broken';
import type { Trial } from '../../../harness/trial';

const SEEDS_APART = 1_000_000;

export const deliveries: Trial = {
  id: 'F8',
  name: 'streams tripled, shuffled across sources and replayed from random offsets',
  full: '1,000 seeds × 2,000 events',
  bar: 'view = fold, with every seed',
  run(stage) {
    const seeds = stage.amount({ short: 20, full: 1_000 });
    const events = stage.amount({ short: 400, full: 2_000 });
    const first = stage.chance.below(SEEDS_APART);
    const broken: Broken[] = [];
    for (let seed = first; seed < first + seeds; seed += 1) {
      stage.progress(seed - first, seeds);
      const chance = chanceOf(seed);
      const log = eventLog(chance, events);
      const { consumer, entries } = simulatedPage();
      deliver(unruly(log, chance), consumer, chance);
      const [shown, folded] = [inOrder(entries()), inOrder(foldPages(log))];
      if (!isDeepStrictEqual(shown, folded))
        broken.push({
          promise: 'every page equals the fold of the log',
          on: `seed ${String(seed)}`,
          found: JSON.stringify(shown.filter((entry, place) => !isDeepStrictEqual(entry, folded[place])).slice(0, 3)),
        });
    }
    return Promise.resolve({
      amount: `${String(seeds)} seeds × ${String(events)} events`,
      measured: `view = fold ${String(seeds - broken.length)} of ${String(seeds)} times, from seed ${String(first)} on`,
      broken,
    });
  },
};
