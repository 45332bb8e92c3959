import { statusIn, stepOf, stepTextIn, type Language } from '@rentalbook/sentences';
import type { LibraryDate } from '@rentalbook/service-kit';
import type { MyPageEntryResolvers } from './types.generated';
import type { Step, MemberEntry } from '../application/views';

/**
 * The stored steps name a due date in UTC. The newest loan's is named in the time zone of the library, which is a matter of
 * how it is read: the read model stays the same when the setting changes.
 */
export function historyInZone({ history, loanedUntil }: MemberEntry, dateOf: LibraryDate): Step[] {
  if (!history) throw new Error('the history of an entry is shown that was read without it');
  const newest = history.findLastIndex(({ event }) => event === 'Loaned');
  return history.map((step, index) =>
    index === newest && loanedUntil !== null
      ? { ...step, ...stepOf('Loaned', { dueOn: dateOf(new Date(loanedUntil)) }) }
      : step,
  );
}

const historyIn = (language: Language, steps: readonly Step[]): Pick<Step, 'event' | 'statusText' | 'at'>[] =>
  steps.map((step) => ({ event: step.event, statusText: stepTextIn(language, step), at: step.at }));

export const MyPageEntry: MyPageEntryResolvers = {
  book: ({ bookId }) => ({ id: bookId }),
  reservation: ({ reservationId }) => (reservationId === null ? null : { id: reservationId }),
  rental: ({ rentalId }) => (rentalId === null ? null : { id: rentalId }),
  statusText: ({ status, word }, _args, { language }) => word ?? statusIn(language, shownAs(status)),
  async position({ bookId, waitingTicket }, _args, { loaders }) {
    if (waitingTicket === null) return null;
    return (await loaders.waitingBefore.load({ bookId, ticket: waitingTicket })) + 1;
  },
  history: (entry, _args, { dateOf, language }) => historyIn(language, historyInZone(entry, dateOf)),
};

/** A copy that waits is still booked, and one that is overdue still out. */
function shownAs(status: MemberEntry['status']) {
  if (status === 'READY') return 'BOOKING';
  return status === 'OVERDUE' ? 'ON_RENTAL' : status;
}
