import { eventually, messageCount } from '@rentalbook/test-kit';
import { setTimeout as delay } from 'node:timers/promises';
import type { Broken } from '../checker/broken';
import { readPage } from '../checker/pages';
import type { Fault, Stage } from '../fault';
import type { Load } from '../load/load';
import type { FaultySystem } from '../system/faulty-system';
import { measuredUnderLoad, underLoad } from '../under-load';

const TOPIC_FILLED_WITHIN_MS = 6 * 60 * 60 * 1_000;
const LOOK_EVERY_MS = 1_000;

export const rebuild: Fault = {
  id: 'F15',
  name: 'MyPage rebuilt under live traffic',
  full: '1,000,000 events',
  bar: 'identical; reads never fail or come back empty',
  onRealEngines: true,
  async run(stage) {
    const broken: Broken[] = [];
    let reads = 0;
    let events = 0;
    const done = await underLoad(stage, async (system, load) => {
      await untilFilled(stage, system, load);
      events = await messageCount(system);
      const rebuilt = new AbortController();
      const reading = readOn(system, load.members, rebuilt.signal);
      const { exitCode, said } = await system.rebuild();
      rebuilt.abort();
      const found = await reading;
      reads = found.reads;
      broken.push(...found.broken);
      if (exitCode !== 0)
        broken.push({ promise: 'a page can be rebuilt', on: `exit code ${String(exitCode)}`, found: said.slice(-400) });
    });
    return measuredUnderLoad(`${String(events)} messages`, done, broken, `${String(reads)} reads meanwhile`);
  },
};

async function untilFilled(stage: Stage, system: FaultySystem, load: Load): Promise<void> {
  await load.goesOn();
  const wanted = stage.amount({ short: 0, full: 1_000_000 });
  await eventually(async () => (await messageCount(system)) >= wanted || delay(LOOK_EVERY_MS, false), {
    withinMs: TOPIC_FILLED_WITHIN_MS,
    what: `a topic of ${String(wanted)} messages`,
  });
}

/** Reads pages one after the other until told to stop; a page that showed something is never empty again. */
async function readOn(system: FaultySystem, members: readonly string[], stop: AbortSignal) {
  const broken: Broken[] = [];
  const filled = new Set<string>();
  let reads = 0;
  const isOver = (): boolean => stop.aborted;
  while (!isOver())
    for (const member of members) {
      if (isOver()) break;
      try {
        const isEmpty = (await readPage(system, member)).length === 0;
        reads += 1;
        if (isEmpty && filled.has(member))
          broken.push({ promise: 'a page that is rebuilt never comes back empty', on: member, found: 'no entry' });
        if (!isEmpty) filled.add(member);
      } catch (error) {
        broken.push({ promise: 'reads never fail', on: member, found: String(error) });
      }
    }
  return { broken, reads };
}
