import DataLoader from 'dataloader';
import type { QueueOutlooks, Reservations } from './application/ports';
import type { Context } from './context';

export function createLoaders(reservations: Reservations, outlooks: QueueOutlooks): Context['loaders'] {
  return {
    reservation: new DataLoader(async (ids) => {
      const found = new Map((await reservations.byIds(ids)).map((view) => [view._id, view]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    outlook: new DataLoader(async (bookIds) => {
      const known = await outlooks(bookIds);
      return bookIds.map((bookId) => known.get(bookId) ?? null);
    }),
  };
}

/** A command makes stale what its request has read before: the fields of a mutation share their loaders. */
export function forgetReads(loaders: Context['loaders']): void {
  for (const loader of Object.values(loaders)) loader.clearAll();
}
