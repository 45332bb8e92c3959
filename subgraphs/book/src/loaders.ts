import DataLoader from 'dataloader';
import type { Catalogue } from './application/ports';
import type { BookView } from './application/views';

export function createBookLoader(catalogue: Catalogue): DataLoader<string, BookView | null> {
  return new DataLoader(async (ids) => {
    const found = new Map((await catalogue.byIds(ids)).map((view) => [view.bookId, view]));
    return ids.map((id) => found.get(id) ?? null);
  });
}
