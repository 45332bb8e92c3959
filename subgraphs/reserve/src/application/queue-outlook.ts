import type { BookCirculation } from '../domain/book-circulation';

/** The visible part of a title's queue, small enough to be cached. */
export interface QueueOutlook {
  /** The tickets of waiting members, ascending. */
  readonly waiting: readonly number[];
  /** When the copies that are out come back, ascending; ISO 8601. */
  readonly dueDates: readonly string[];
}

export function queueOutlookOf({ queue, copies }: BookCirculation): QueueOutlook {
  return {
    waiting: queue.filter(({ ready }) => ready === null).map(({ ticket }) => ticket),
    dueDates: copies
      .flatMap((copy) => (copy.state === 'ON_LOAN' && !copy.withdrawn && copy.dueAt !== null ? [copy.dueAt] : []))
      .sort(),
  };
}

/** The position in the queue: 1 is next. Derived when read, so that a change at the head is one event. */
export function positionOf(ticket: number, { waiting }: QueueOutlook): number {
  let [low, high] = [0, waiting.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((waiting[middle] ?? Infinity) < ticket) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

/**
 * When the member at a position may get a copy, as of `now`: the copies that are out come back in the order of their due dates.
 * Null beyond them, because the next loan has no due date yet, and for a copy that is overdue.
 */
export function estimatedReadyAt(position: number, { dueDates }: QueueOutlook, now: Date): string | null {
  const dueAt = dueDates[position - 1];
  return dueAt !== undefined && Date.parse(dueAt) > now.getTime() ? dueAt : null;
}
