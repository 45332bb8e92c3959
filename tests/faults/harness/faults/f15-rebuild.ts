import { eventually, messageCount, putMessages, unlessUnavailable } from '@rentalbook/test-kit';
import { signedBy } from '@rentalbook/test-kit/signatures';
import { eventLog } from '../../../conformance/event-log';
import type { Broken } from '../../../harness/broken';
import { readPage } from '../checker/pages';
import type { Stage, Trial } from '../../../harness/trial';
import { untilDrained } from '../system/drained';
import type { FaultySystem } from '../../../harness/system/faulty-system';
import { measuredUnderLoad, underLoad } from '../under-load';

const CONSUMED_WITHIN_MS = 60 * 60 * 1_000;
/** What one of the other libraries has, whose history fills the topic. */
const OTHER_LIBRARY = { readers: 30, books: 20, events: 20_000 };
const IDS_APART = 1_000_000;
const PUT_AT_ONCE = 1_000;
const EVENTS = { short: 1_000, full: 1_000_000 };

export const rebuild: Trial = {
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
      await fill(stage, system);
      await load.goesOn();
      await untilDrained(system, load.bookIds, CONSUMED_WITHIN_MS);
      events = await messageCount(system);
      const rebuilt = new AbortController();
      const reading = readOn(stage, system, load.members, rebuilt.signal);
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

/**
 * Fills the topic with what Reserve would have said in other libraries: reservations on the pages of their readers. To the
 * other services those are unknown titles, so that no service answers.
 */
async function fill({ amount, chance, progress }: Stage, system: FaultySystem): Promise<void> {
  const wanted = amount(EVENTS);
  const sign = signedBy(system, 'reserve');
  for (let filled = 0, library = 1; filled < wanted; library += 1) {
    progress(filled, wanted);
    const readers = Array.from({ length: OTHER_LIBRARY.readers }, (_, n) => `of-${String(library)}-${String(n + 1)}`);
    const firstId = library * IDS_APART;
    const bodies = eventLog(chance, OTHER_LIBRARY.events, { readers, books: OTHER_LIBRARY.books, firstId })
      .filter(({ source }) => source === 'reserve')
      .slice(0, wanted - filled);
    await putMessages(
      system,
      bodies.map((event) => sign({ key: event.key, value: JSON.stringify(event) })),
      PUT_AT_ONCE,
    );
    filled += bodies.length;
  }
}

/** Reads pages one after the other until it is stopped; a page that showed something is never empty again. */
async function readOn({ form }: Stage, system: FaultySystem, members: readonly string[], stop: AbortSignal) {
  const broken: Broken[] = [];
  const filled = new Set<string>();
  let reads = 0;
  const isOver = (): boolean => stop.aborted;
  // That a service answers within its three seconds is a bar in time, which the full form alone judges.
  const readInTime = (read: () => ReturnType<typeof readPage>): ReturnType<typeof readPage> =>
    form === 'full' ? read() : eventually(() => unlessUnavailable(read()), { what: 'a page' });
  while (!isOver())
    for (const member of members) {
      if (isOver()) break;
      try {
        const entries = await readInTime(() => readPage(system, member));
        const isEmpty = entries.length === 0;
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
