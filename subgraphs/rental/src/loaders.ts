import DataLoader from 'dataloader';
import type { Rentals } from './application/ports';
import type { RentalView } from './application/views';

export function createRentalLoader(rentals: Rentals): DataLoader<string, RentalView | null> {
  return new DataLoader(async (ids) => {
    const found = new Map((await rentals.byIds(ids)).map((view) => [view._id, view]));
    return ids.map((id) => found.get(id) ?? null);
  });
}
