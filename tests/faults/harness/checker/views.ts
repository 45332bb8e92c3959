import type { GuardedUpsert } from '@rentalbook/read-models';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { isDeepStrictEqual } from 'node:util';
import { rentalChange } from '../../../../subgraphs/rental/src/persistence/rental.projection';
import { reservationChange } from '../../../../subgraphs/reserve/src/persistence/reservation.projection';
import { guardedViews } from '../../../conformance/guarded-views';
import type { Broken } from '../../../harness/broken';

/** What a service shows by id and in lists, as it is stored. */
export interface StoredViews {
  readonly reservations: readonly StoredView[];
  readonly rentals: readonly StoredView[];
}
export type StoredView = Readonly<Record<string, unknown>> & { readonly _id: string };

/** What Reserve and Rental show of each reservation and rental equals the fold of the events that they show it from. */
export function brokenViews(stored: StoredViews, events: readonly RentalbookEvent[]): readonly Broken[] {
  return [
    ...unlike('reservation', stored.reservations, fold(events, reservationChange)),
    ...unlike('rental', stored.rentals, fold(events, rentalChange)),
  ];
}

function fold(
  events: readonly RentalbookEvent[],
  changeBy: (event: RentalbookEvent) => GuardedUpsert | undefined,
): ReadonlyMap<string, unknown> {
  const views = guardedViews();
  views.apply(events.flatMap((event) => changeBy(event) ?? []));
  return views.documents;
}

function unlike(what: string, stored: readonly StoredView[], wanted: ReadonlyMap<string, unknown>): readonly Broken[] {
  const found = new Map(stored.map((view) => [view._id, view]));
  return [...new Set([...found.keys(), ...wanted.keys()])]
    .filter((id) => !isDeepStrictEqual(found.get(id), wanted.get(id)))
    .map((id) => ({
      promise: `what is shown of a ${what} is the fold of the log`,
      on: id,
      found: `${textOf(found.get(id))} instead of ${textOf(wanted.get(id))}`,
    }));
}

const textOf = (view: unknown): string => (view === undefined ? 'nothing' : JSON.stringify(view));
