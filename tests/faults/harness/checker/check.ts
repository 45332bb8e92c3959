import { MalformedEvent, parseEvent, type RentalbookEvent } from '@rentalbook/event-contracts';
import { readMessagesOf } from '@rentalbook/test-kit';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stage } from '../../../harness/trial';
import type { Load } from '../load/load';
import type { FaultySystem } from '../../../harness/system/faulty-system';
import { brokenAllocations } from './allocations';
import type { Broken } from '../../../harness/broken';
import { brokenCommands } from './commands';
import { underWay } from './level';
import { openLibrary, type Library } from './library';
import { brokenPages, readPages } from './pages';
import { brokenSagas } from './sagas';
import { brokenStreams, eachOnce } from './streams';
import { brokenViews } from './views';

export interface Verdict {
  readonly broken: readonly Broken[];
  /** Milliseconds from the last answer until nothing was under way. */
  readonly levelAfterMs: number;
  /** Every event of the load's books, once. */
  readonly events: readonly RentalbookEvent[];
}

/** How soon after the last command nothing may be under way any more. */
const LEVEL_WITHIN_MS = 10_000;
/** How long is waited all the same, so that the verdict can say what else is wrong. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 100;
const READ_WITHIN_MS = 10 * 60 * 1_000;
const FOUND_AT_MOST = 400;

/** Waits until the system is level after a load, and holds everything it left behind against the promises. */
export async function check(system: FaultySystem, load: Load, { isLate }: Pick<Stage, 'isLate'>): Promise<Verdict> {
  const library = await openLibrary(system);
  try {
    const level = await untilLevel(library, load.bookIds, isLate);
    const log = await readLog(system, load.bookIds);
    const events = eachOnce(log);
    const documents = await library.documents(load.bookIds);
    const parked = (await library.parked()).filter(({ key, state }) => state !== 'open' && load.bookIds.includes(key));
    const broken = [
      ...level.broken,
      ...parked.map(({ consumer, key, reason }) => ({
        promise: 'no valid message is dead-lettered',
        on: `${consumer}/${key}`,
        found: reason,
      })),
      ...brokenCommands(load.ledger.entries, events),
      ...brokenSagas(events),
      ...[...documents].flatMap(([bookId, found]) => {
        const ofBook = log.filter(({ key }) => key === bookId);
        return [...brokenStreams(bookId, ofBook, found), ...brokenAllocations(bookId, eachOnce(ofBook), found)];
      }),
      ...brokenViews(await library.views(load.bookIds), events),
      ...brokenPages(await readPages(system, load.members), events),
    ];
    return {
      broken: broken.map((one) => ({ ...one, found: one.found.slice(0, FOUND_AT_MOST) })),
      levelAfterMs: level.afterMs,
      events,
    };
  } finally {
    await library.close();
  }
}

async function untilLevel(
  library: Library,
  bookIds: readonly string[],
  isLate: Stage['isLate'],
): Promise<{ afterMs: number; broken: Broken[] }> {
  const startedAt = performance.now();
  for (;;) {
    const documents = await library.documents(bookIds);
    const afterMs = Math.round(performance.now() - startedAt);
    const left = [...documents].flatMap(([bookId, found]) => underWay(bookId, found));
    const late = `nothing is under way ${String(LEVEL_WITHIN_MS / 1_000)} s after the last answer`;
    if (left.length === 0 || afterMs > PATIENCE_MS)
      return {
        afterMs,
        broken: [
          ...left.map((found) => ({ promise: 'nothing is stuck', on: 'the system', found })),
          ...(left.length === 0 && isLate(afterMs, LEVEL_WITHIN_MS)
            ? [{ promise: late, on: 'the system', found: `level after ${String(afterMs)} ms` }]
            : []),
        ],
      };
    await delay(LOOK_EVERY_MS);
  }
}

/** Every event of these books in the order of the topic, with all repeats. */
async function readLog(system: FaultySystem, bookIds: readonly string[]): Promise<readonly RentalbookEvent[]> {
  const ours = await readMessagesOf(system, new Set(bookIds), READ_WITHIN_MS);
  return ours.flatMap(({ value }) => eventIn(value));
}

/** Poison is not ours, whatever key it bears. */
function eventIn(value: Buffer | null): readonly RentalbookEvent[] {
  try {
    return [parseEvent(value)];
  } catch (error) {
    if (error instanceof MalformedEvent) return [];
    throw error;
  }
}
