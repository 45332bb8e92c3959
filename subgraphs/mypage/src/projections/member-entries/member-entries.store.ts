import { applyGuarded } from '@rentalbook/read-models';
import type { MemberEntryModels } from './member-entries.model';
import type { EntryChanges } from './member-entries.projection';

/** Writes the changes by events; a repeat or an older event changes nothing. */
export function memberEntriesWriter({ reservations, rentals }: MemberEntryModels) {
  return {
    async prepare(): Promise<void> {
      await Promise.all([reservations.createIndexes(), rentals.createIndexes()]);
    },
    async apply(changes: EntryChanges): Promise<void> {
      await Promise.all([applyGuarded(reservations, changes.reservations), applyGuarded(rentals, changes.rentals)]);
    },
  };
}
