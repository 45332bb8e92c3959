import DataLoader from 'dataloader';
import type { Circulation, Reservations } from './application/ports';
import type { Context } from './context';

export function createLoaders(reservations: Reservations, circulation: Circulation): Context['loaders'] {
  return {
    reservation: new DataLoader(async (ids) => {
      const found = new Map((await reservations.byIds(ids)).map((view) => [view._id, view]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    waitingTickets: new DataLoader(async (bookIds) => {
      const waiting = await reservations.waitingTickets(bookIds);
      return bookIds.map((bookId) => waiting.filter((row) => row.bookId === bookId).map(({ ticket }) => ticket));
    }),
    circulation: new DataLoader(async (bookIds) => {
      const states = await circulation.readMany(bookIds);
      return bookIds.map((bookId) => states.get(bookId) ?? null);
    }),
  };
}
