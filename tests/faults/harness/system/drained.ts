import { eventually } from '@rentalbook/test-kit';
import { openLibrary } from '../checker/library';
import type { FaultySystem } from '../../../harness/system/faulty-system';
import { owners } from '../../../../tools/services';

/** One evaluation reads the documents of every book from four databases. */
const LOOK_EVERY_MS = 100;

/** Waits until every page has consumed what is committed at this moment, and resolves to how long it took in milliseconds. */
export async function untilDrained(
  system: FaultySystem,
  bookIds: readonly string[],
  withinMs: number,
): Promise<number> {
  const startedAt = performance.now();
  const library = await openLibrary(system);
  try {
    const committed = await library.documents(bookIds);
    await eventually(
      async () => {
        const now = await library.documents(bookIds);
        return [...committed].every(([bookId, documents]) =>
          owners.every((source) => (now.get(bookId)?.checkpoints[source] ?? 0) >= (documents[source]?.sequence ?? 0)),
        );
      },
      { withinMs, everyMs: LOOK_EVERY_MS, what: 'consuming all that was committed' },
    );
    return Math.round(performance.now() - startedAt);
  } finally {
    await library.close();
  }
}
