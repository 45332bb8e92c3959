import type { GuardedUpsert } from '@rentalbook/aggregate-store';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { rentalChange } from '../../../../subgraphs/rental/src/persistence/rental.projection';
import { reservationChange } from '../../../../subgraphs/reserve/src/persistence/reservation.projection';
import type { Broken } from './broken';

/** What a service shows by id and in lists, as it is stored. */
export interface StoredViews {
  readonly reservations: readonly StoredView[];
  readonly rentals: readonly StoredView[];
}
export type StoredView = Readonly<Record<string, unknown>> & { readonly _id: string };

type Fields = ReadonlyMap<string, unknown>;

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
): ReadonlyMap<string, Fields> {
  const views = new Map<string, Map<string, unknown>>();
  for (const change of events.map(changeBy)) {
    if (!change) continue;
    const { id, set, guard, sequence } = change;
    const view = views.get(id) ?? new Map<string, unknown>();
    for (const [path, value] of Object.entries({ ...set, [guard]: sequence })) leaves(value, path, view);
    views.set(id, view);
  }
  return views;
}

function unlike(what: string, stored: readonly StoredView[], wanted: ReadonlyMap<string, Fields>): readonly Broken[] {
  const found = new Map(stored.map(({ _id, ...view }) => [_id, textOf(leaves(view, '', new Map()))]));
  const expected = new Map([...wanted].map(([id, fields]) => [id, textOf(fields)]));
  return [...new Set([...found.keys(), ...expected.keys()])]
    .filter((id) => found.get(id) !== expected.get(id))
    .map((id) => ({
      promise: `what is shown of a ${what} is the fold of the log`,
      on: id,
      found: `${found.get(id) ?? 'nothing'} instead of ${expected.get(id) ?? 'nothing'}`,
    }));
}

/** The values in an object by their paths, however deep. */
function leaves(value: unknown, path: string, into: Map<string, unknown>): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) return into.set(path, value);
  for (const [key, inner] of Object.entries(value)) leaves(inner, path === '' ? key : `${path}.${key}`, into);
  return into;
}

const textOf = (fields: Fields): string => JSON.stringify([...fields].sort(([one], [other]) => (one < other ? -1 : 1)));
