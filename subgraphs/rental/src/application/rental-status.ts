import { madeAt } from '@rentalbook/aggregate-store';
import type { RentalView, Rejection } from './views';

export type RentalStatus = 'REQUESTED' | 'ACTIVE' | 'OVERDUE' | 'RETURNED' | 'REJECTED';

/** The status of a rental, derived from Rental's events, Reserve's decision and the time. */
export function statusOf({ rental, reserve, now }: RentalView): RentalStatus {
  const phase = rental?.phase ?? 'REQUESTED';
  if (phase === 'REQUESTED' && reserve?.refused) return 'REJECTED';
  return phase === 'ACTIVE' && rental?.dueAt !== undefined && rental.dueAt <= now.toISOString() ? 'OVERDUE' : phase;
}

/** For how long what is read of a rental stays the same without an event: null for ever, 0 not at all. */
export function validMsOf({ rental, now }: RentalView): number | null {
  if (!rental) return 0;
  if (rental.phase !== 'ACTIVE' || rental.dueAt === undefined) return null;
  const left = Date.parse(rental.dueAt) - now.getTime();
  return left > 0 ? left : null;
}

/**
 * When the rental was requested (ISO 8601). While only Reserve's part of the view is projected, its id has the time; for an id
 * that Rental did not make, it is the time of the read.
 */
export function requestedAt({ _id, rental, now }: RentalView): string {
  const made = madeAt(_id);
  return rental?.rentedAt ?? new Date(Number.isNaN(made) ? now : made).toISOString();
}

/** Why a rental may not begin; null unless it was rejected. */
export function rejectionOf(view: RentalView): Rejection | null {
  const why = view.rental?.rejected ?? view.reserve?.refused;
  return why && statusOf(view) === 'REJECTED' ? why : null;
}
