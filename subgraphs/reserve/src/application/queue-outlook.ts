import type { BookCirculation } from '../domain/book-circulation';

/** The place among those who wait: 1 is next. Derived when read, so that a change at the head is one event. */
export function positionOf(ticket: number, waitingTickets: readonly number[]): number {
  return waitingTickets.filter((other) => other < ticket).length + 1;
}

/**
 * When the reader at a position may get a copy: the copies that are out come back in the order of their due dates. Null
 * beyond them, for nobody knows when the next reader will fetch and return.
 */
export function estimatedReadyAt(position: number, { copies }: Pick<BookCirculation, 'copies'>): string | null {
  const dueDates = copies.flatMap((copy) =>
    copy.state === 'ON_LOAN' && !copy.withdrawn && copy.dueAt !== null ? [copy.dueAt] : [],
  );
  return dueDates.sort()[position - 1] ?? null;
}
