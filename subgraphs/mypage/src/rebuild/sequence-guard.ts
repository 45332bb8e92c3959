import { ExplainedError } from '@rentalbook/messaging/explained-error';
import type { ConsumedEvent } from '@rentalbook/messaging';
import type { RentalbookEvent } from '@rentalbook/event-contracts';

/** Events of a stream are missing, and no operator accepted the gap. */
export class StreamBroken extends ExplainedError {
  override readonly name = 'StreamBroken';
}

/** What becomes of an event behind a gap: it is applied, left out, or refused with a sentence that ends with the remedy. */
export interface GapPolicy {
  readonly decide: (event: RentalbookEvent) => Promise<'apply' | 'leave out' | 'refuse'>;
  readonly remedy: string;
}

/**
 * Follows every stream from its first event on, and resolves to the events that are next in theirs, in order. Repeats of a
 * relay are left out, also behind later events of their stream. Throws {@link StreamBroken} at a gap that the policy refuses.
 * A call that throws may be repeated.
 */
export function createSequenceGuard() {
  const reached = new Map<string, number>();
  return async <Consumed extends Pick<ConsumedEvent, 'event'>>(
    run: readonly Consumed[],
    gaps: GapPolicy,
  ): Promise<readonly Consumed[]> => {
    const moved = new Map<string, number>();
    const next: Consumed[] = [];
    for (const one of run) {
      const { event } = one;
      const stream = `${event.source}/${event.key}`;
      const before = moved.get(stream) ?? reached.get(stream) ?? 0;
      if (event.sequence <= before) continue;
      const behindGap = event.sequence > before + 1 ? await gaps.decide(event) : 'apply';
      if (behindGap === 'leave out') continue;
      if (behindGap === 'refuse')
        throw new StreamBroken(
          `There is event ${String(event.sequence)} of ${stream} but not ${String(before + 1)}; ${gaps.remedy} The page stays as it is.`,
        );
      moved.set(stream, event.sequence);
      next.push(one);
    }
    for (const [stream, sequence] of moved) reached.set(stream, sequence);
    return next;
  };
}

export type SequenceGuard = ReturnType<typeof createSequenceGuard>;
