import { requireMemberId } from '@rentalbook/service-kit';
import { mentions } from './mentions';
import type { MyPageResolvers } from './types.generated';

export const MyPage: MyPageResolvers = {
  __resolveReference({ memberId }, { caller }) {
    // The read model stores no names: a librarian sees the id of a member in place of the name.
    const name = caller?.memberId === memberId ? caller.name : memberId;
    return { memberId: requireMemberId('memberId', memberId), name };
  },
  member: ({ memberId, name }) => ({ id: memberId, name }),
  entries({ memberId }, args, { entries, pager }, info) {
    const wanted = { status: args.status?.length ? args.status : undefined, history: mentions('history', info) };
    return pager.connection(
      args,
      (slice) => entries.slice(memberId, slice, wanted),
      ({ anchor }) => ({ anchor }),
      memberId,
    );
  },
  activeCount: async ({ memberId }, _args, { loaders }) => (await loaders.counts.load(memberId)).active,
  waitingCount: async ({ memberId }, _args, { loaders }) => (await loaders.counts.load(memberId)).waiting,
  overdueCount: async ({ memberId }, _args, { loaders }) => (await loaders.counts.load(memberId)).overdue,
  // Nothing blocks a member yet: there is no event for it.
  blockedUntil: () => null,
  freshness: (_page, _args, { lag, upToDate }) => ({ lagMs: lag.ms(), stale: !upToDate || lag.isUnknown() }),
};
