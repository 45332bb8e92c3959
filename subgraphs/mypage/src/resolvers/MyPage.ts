import { requireMemberId } from '@rentalbook/service-kit';
import { mentions } from './mentions';
import { notStored, partOfEntries, partOfPage, subjectOfPage } from './page-parts';
import type { MyPageResolvers } from './types.generated';

export const MyPage: MyPageResolvers = {
  __resolveReference({ memberId }, { caller, parts }) {
    parts.note(subjectOfPage(memberId), partOfPage(memberId));
    // The read model stores no names: a librarian sees the id of a member in place of the name.
    const name = caller?.memberId === memberId ? caller.name : memberId;
    return { memberId: requireMemberId('memberId', memberId), name };
  },
  member: ({ memberId, name }) => ({ id: memberId, name }),
  entries({ memberId }, args, { entries, pager, parts }, info) {
    // An entry that becomes overdue enters or leaves a filtered list.
    if (args.status?.length) parts.note(subjectOfPage(memberId), notStored);
    const wanted = { status: args.status?.length ? args.status : undefined, history: mentions('history', info) };
    return pager.connection(
      args,
      async (slice) => {
        const found = await entries.slice(memberId, slice, wanted);
        parts.note(subjectOfPage(memberId), partOfEntries(found));
        return found;
      },
      ({ anchor }) => ({ anchor }),
      memberId,
    );
  },
  activeCount: async ({ memberId }, _args, { loaders }) => (await loaders.counts.load(memberId)).active,
  waitingCount: async ({ memberId }, _args, { loaders }) => (await loaders.counts.load(memberId)).waiting,
  async overdueCount({ memberId }, _args, { loaders, parts }) {
    const { overdue, nextOverdueMs } = await loaders.counts.load(memberId);
    // Another one becomes overdue without an event.
    if (nextOverdueMs !== null) parts.note(subjectOfPage(memberId), { tags: [], validMs: nextOverdueMs });
    return overdue;
  },
  // Nothing blocks a member yet: there is no event for it.
  blockedUntil: () => null,
  freshness({ memberId }, _args, { lag, upToDate, parts }) {
    const stale = !upToDate || lag.isUnknown();
    if (stale) parts.note(subjectOfPage(memberId), notStored);
    return { lagMs: lag.ms(), stale };
  },
};
