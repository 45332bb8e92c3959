import { bookTag, memberTag } from '@rentalbook/event-contracts';
import { subjectOf, type PartDependencies } from '@rentalbook/service-kit';
import type { MemberEntry } from '../application/views';

/** Covers a difference between the clocks of the database and of this process. */
const CLOCKS_DIFFER_MS = 1_000;

export const subjectOfPage = (memberId: string): string => subjectOf('MyPage', memberId);
/** Whatever concerns a member names the member. */
export const partOfPage = (memberId: string): PartDependencies => ({ tags: [memberTag(memberId)] });
/** What changes without an event. */
export const notStored: PartDependencies = { tags: [], validMs: 0 };

/** The position in a queue depends on other members, and a loan is overdue without an event. */
export function partOfEntries(entries: readonly MemberEntry[], now: number = Date.now()): PartDependencies {
  const dueAt = entries.flatMap((entry) =>
    entry.status === 'ON_RENTAL' && entry.dueAt ? [Date.parse(entry.dueAt)] : [],
  );
  const validMs = Math.min(...dueAt) - now - CLOCKS_DIFFER_MS;
  return {
    tags: entries.filter(({ waitingTicket }) => waitingTicket !== null).map(({ bookId }) => bookTag(bookId)),
    ...(dueAt.length > 0 && { validMs: Math.max(0, validMs) }),
  };
}
