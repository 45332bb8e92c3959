import type { Trial } from '../../../harness/trial';
import { underLoad } from '../under-load';

export const race: Trial = {
  id: 'F1',
  name: 'members racing for one copy',
  full: '200 clients × 500 books × 10',
  rounds: 10,
  bar: 'exactly one winner each',
  async run(stage) {
    const members = stage.amount({ short: 30, full: 200 });
    const books = stage.amount({ short: 5, full: 500 });
    const { load, verdict, summary } = await underLoad(
      stage,
      async (_, { bookIds, members: clients, command }) => {
        for (const [done, bookId] of bookIds.entries()) {
          stage.progress(done, books);
          await Promise.all(clients.map((member) => command(member, 'reserve', bookId)));
          await Promise.all(clients.map((member) => command(member, 'rent', bookId)));
        }
      },
      { members, books, copies: 1, perSecond: 0 },
    );
    const winners = new Map(load.bookIds.map((bookId) => [bookId, 0]));
    for (const { key, eventType } of verdict.events)
      if (eventType === 'Checked') winners.set(key, (winners.get(key) ?? 0) + 1);
    const contested = [...winners]
      .filter(([, count]) => count !== 1)
      .map(([bookId, count]) => ({
        promise: 'one copy has one winner',
        on: bookId,
        found: `${String(count)} winners`,
      }));
    return {
      amount: `${String(members)} clients × ${String(books)} books`,
      measured: `one winner for each copy; ${summary}`,
      broken: [...contested, ...verdict.broken],
    };
  },
};
