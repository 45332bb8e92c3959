import type { Fault } from '../fault';
import { underLoad } from '../under-load';

export const race: Fault = {
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
        for (const bookId of bookIds) {
          await Promise.all(clients.map((member) => command(member, 'reserve', bookId)));
          await Promise.all(clients.map((member) => command(member, 'rent', bookId)));
        }
      },
      { members, books, copies: 1, perSecond: 0 },
    );
    const winnersOf = (bookId: string): number =>
      verdict.events.filter(({ key, eventType }) => key === bookId && eventType === 'Checked').length;
    const contested = load.bookIds
      .filter((bookId) => winnersOf(bookId) !== 1)
      .map((bookId) => ({
        promise: 'one copy has one winner',
        on: bookId,
        found: `${String(winnersOf(bookId))} winners`,
      }));
    return {
      amount: `${String(members)} clients × ${String(books)} books`,
      measured: `one winner for each copy; ${summary}`,
      broken: [...contested, ...verdict.broken],
    };
  },
};
