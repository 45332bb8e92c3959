import DataLoader from 'dataloader';
import type { Context } from './context';
import type { MemberEntries } from './projections/member-entries/member-entries.queries';

export function createLoaders(entries: MemberEntries): Context['loaders'] {
  return {
    waitingTickets: new DataLoader(async (bookIds) => {
      const waiting = await entries.waitingTickets(bookIds);
      return bookIds.map((bookId) => waiting.filter((row) => row.bookId === bookId).map(({ ticket }) => ticket));
    }),
    counts: new DataLoader((memberIds) => Promise.all(memberIds.map((memberId) => entries.counts(memberId)))),
  };
}
