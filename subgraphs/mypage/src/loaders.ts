import DataLoader from 'dataloader';
import type { Context } from './context';
import type { MemberEntries } from './projections/member-entries/member-entries.queries';

export function createLoaders(entries: MemberEntries): Context['loaders'] {
  return {
    waitingBefore: new DataLoader((places) => Promise.all(places.map((place) => entries.waitingBefore(place))), {
      cacheKeyFn: ({ bookId, ticket }) => `${bookId}/${String(ticket)}`,
    }),
    counts: new DataLoader((memberIds) => Promise.all(memberIds.map((memberId) => entries.counts(memberId)))),
  };
}
