import type { ConsumedEvent } from './subscriber';

/** Something of a stream is missing before this event; applying it would hide that for ever. */
export class StreamGap extends Error {
  override readonly name = 'StreamGap';

  constructor(
    readonly source: string,
    key: string,
    mark: number,
    sequence: number,
  ) {
    super(`${source} #${String(sequence)} of "${key}" arrived after #${String(mark)}: what lies between is missing.`);
  }
}

/**
 * Those of events of one key that come next in their streams, for a consumer whose marks, by source, are the highest
 * sequences it has dealt with; repeats are left out. Throws {@link StreamGap} as {@link isNext} does.
 */
export function nextOf(
  run: readonly ConsumedEvent[],
  marks: Readonly<Record<string, number>>,
): readonly ConsumedEvent[] {
  const reached = new Map(Object.entries(marks));
  return run.filter((consumed) => {
    const { source, sequence } = consumed.event;
    if (!isNext(consumed, reached.get(source) ?? 0)) return false;
    reached.set(source, sequence);
    return true;
  });
}

/**
 * Whether a consumed event is the next of its stream (true) or a repeat (false), for a consumer whose mark is the highest
 * sequence it has dealt with, 0 for none. Throws {@link StreamGap} for anything further on.
 *
 * That is a proof of a gap only for a consumer whose mark moves with *every* event of the source: it must also move for
 * events that do not concern it, and begin at the beginning of the stream.
 */
export function isNext({ event, overGap }: Pick<ConsumedEvent, 'event' | 'overGap'>, mark: number): boolean {
  if (event.sequence <= mark) return false;
  if (event.sequence > mark + 1 && overGap !== true) throw new StreamGap(event.source, event.key, mark, event.sequence);
  return true;
}
