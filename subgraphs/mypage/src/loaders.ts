import DataLoader from 'dataloader';
import type { Context } from './context';
import type { MemberEntries } from './projections/member-entries/member-entries.queries';

/** Each read begins at once, so that those of one page travel together; a repeat in the same request is answered from memory. */
const AT_ONCE = { batch: false, batchScheduleFn: queueMicrotask };

export function createLoaders(entries: MemberEntries): Context['loaders'] {
  return {
    waitingBefore: new DataLoader((places) => Promise.all(places.map((place) => entries.waitingBefore(place))), {
      ...AT_ONCE,
      cacheKeyFn: ({ bookId, ticket }) => `${bookId}/${String(ticket)}`,
    }),
    counts: new DataLoader((memberIds) => Promise.all(memberIds.map((memberId) => entries.counts(memberId))), AT_ONCE),
  };
}
