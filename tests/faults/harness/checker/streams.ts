import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { Broken } from '../../../harness/broken';
import type { Documents } from './library';
import { owners } from '../../../../tools/services';

/** The events of a book, each once, in the order in which each first stood in the topic. */
export function eachOnce(log: readonly RentalbookEvent[]): readonly RentalbookEvent[] {
  const seen = new Set<string>();
  return log.filter((event) => {
    const name = `${event.source}/${event.key}/${String(event.sequence)}`;
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}

/** Every stream is gapless and in order, says nothing twice, and ends where its document does. */
export function brokenStreams(
  bookId: string,
  log: readonly RentalbookEvent[],
  documents: Documents,
): readonly Broken[] {
  const broken: Broken[] = [];
  for (const source of owners) {
    const on = `${source}/${bookId}`;
    const stream = log.filter((event) => event.source === source);
    const ids = new Map<number, string>();
    for (const { sequence, id } of stream) {
      const known = ids.get(sequence);
      if (known === undefined && sequence !== ids.size + 1)
        broken.push({
          promise: 'a stream is gapless and in order',
          on,
          found: `#${String(sequence)} came after #${String(ids.size)}`,
        });
      if (known !== undefined && known !== id)
        broken.push({
          promise: 'an event has one place in its stream',
          on,
          found: `#${String(sequence)} is both ${known} and ${id}`,
        });
      ids.set(sequence, known ?? id);
    }
    const last = documents[source]?.sequence ?? 0;
    if (ids.size !== last)
      broken.push({
        promise: 'what was committed is announced, and nothing else',
        on,
        found: `the document ends at #${String(last)}, the topic at #${String(ids.size)}`,
      });
  }
  return broken;
}
