import type { LibraryDate } from '@rentalbook/service-kit';
import type { Step } from '../projections/member-entries/member-entries.model';
import type { MemberEntry } from '../projections/member-entries/member-entry';
import type { MyPageEntryResolvers } from './types.generated';

/**
 * The stored steps name a due date in UTC. The newest loan's is named in the time zone of the library, which is a matter of
 * how it is read: the read model stays the same when the setting changes.
 */
export function historyInZone({ history, loanedUntil }: MemberEntry, dateOf: LibraryDate): Step[] {
  if (!history) throw new Error('the history of an entry is shown that was read without it');
  const newest = history.findLastIndex(({ event }) => event === 'Loaned');
  return history.map((step, index) =>
    index === newest && loanedUntil !== null ? { ...step, statusText: `Due ${dateOf(new Date(loanedUntil))}` } : step,
  );
}

export const MyPageEntry: MyPageEntryResolvers = {
  book: ({ bookId }) => ({ id: bookId }),
  reservation: ({ reservationId }) => (reservationId === null ? null : { id: reservationId }),
  rental: ({ rentalId }) => (rentalId === null ? null : { id: rentalId }),
  async position({ bookId, waitingTicket }, _args, { loaders }) {
    if (waitingTicket === null) return null;
    return (await loaders.waitingBefore.load({ bookId, ticket: waitingTicket })) + 1;
  },
  history: (entry, _args, { dateOf }) => historyInZone(entry, dateOf),
};
