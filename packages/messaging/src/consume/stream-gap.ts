import type { ConsumedEvent } from './consumed-event';

/** Events of the stream before this one are missing; applying it would hide that for ever. */
export class StreamGap extends Error {
  override readonly name = 'StreamGap';

  constructor(
    readonly source: string,
    key: string,
    checkpoint: number,
    sequence: number,
  ) {
    super(
      `${source} #${String(sequence)} of "${key}" arrived after #${String(checkpoint)}: what lies between is missing.`,
    );
  }
}

/**
 * Those of events of one key that come next in their streams, for a consumer whose checkpoints, by source, are the highest
 * sequences it has dealt with; repeats are left out. Throws {@link StreamGap} as {@link isNext} does.
 */
export function nextOf(
  run: readonly ConsumedEvent[],
  checkpoints: Readonly<Record<string, number>>,
): readonly ConsumedEvent[] {
  const reached = new Map(Object.entries(checkpoints));
  return run.filter((consumed) => {
    const { source, sequence } = consumed.event;
    if (!isNext(consumed, reached.get(source) ?? 0)) return false;
    reached.set(source, sequence);
    return true;
  });
}

/**
 * Whether a consumed event is the next of its stream (true) or a repeat (false), for a consumer whose checkpoint is the highest
 * sequence it has dealt with, 0 for none. Throws {@link StreamGap} for anything further on.
 *
 * This proves a gap only for a consumer whose checkpoint moves with *every* event of the source: also for
 * events that do not concern it, from the beginning of the stream.
 */
export function isNext(
  { event, acceptsGap }: Pick<ConsumedEvent, 'event' | 'acceptsGap'>,
  checkpoint: number,
): boolean {
  if (event.sequence <= checkpoint) return false;
  if (event.sequence > checkpoint + 1 && acceptsGap !== true)
    throw new StreamGap(event.source, event.key, checkpoint, event.sequence);
  return true;
}
