import type { RentalbookEvent } from '@rentalbook/event-contracts';

/** One entry of a member's page, as far as it follows from the events alone. */
export interface FoldedEntry {
  readonly memberId: string;
  readonly bookId: string;
  readonly reservationId: string | null;
  readonly rentalId: string | null;
  readonly status: string;
  readonly history: readonly string[];
}

/** An entry while it grows; each step with its place in the log. */
type Entry = { -readonly [Field in keyof Omit<FoldedEntry, 'history'>]: FoldedEntry[Field] } & {
  steps: { readonly place: number; readonly event: string }[];
};

/** The status that an event leaves the entry of its reservation or rental in. */
const statusAfter: Readonly<Record<string, string>> = {
  Subscribed: 'BOOKING',
  Ready: 'READY',
  Cancelled: 'CANCELLED',
  Expired: 'EXPIRED',
  Rentaled: 'START_RENTAL',
  Refused: 'REJECTED',
  Rejected: 'REJECTED',
  Checked: 'ON_RENTAL',
  Loaned: 'ON_RENTAL',
  Returned: 'RETURN_COMPLETE',
  ReturnedBook: 'RETURN_COMPLETE',
};

/**
 * The pages of all members, folded from the log, in one pass and with nothing left out, repeated or out of order.
 * Written without a look at the projection, which has to come to the same by any way the events take.
 */
export function foldPages(log: readonly RentalbookEvent[]): readonly FoldedEntry[] {
  const reservations = new Map<string, Entry>();
  const rentals = new Map<string, Entry>();
  /** Requests to rent that were refused on a reservation: each is a step of that reservation. */
  const refusedOn = new Set<string>();

  const entryIn = (entries: Map<string, Entry>, id: string, memberId: string, bookId: string): Entry => {
    const known = entries.get(id);
    if (known) return known;
    const entry = { memberId, bookId, reservationId: null, rentalId: null, status: '', steps: [] };
    entries.set(id, entry);
    return entry;
  };

  for (const [place, { eventType, data }] of log.entries()) {
    const status = statusAfter[eventType];
    if (status === undefined || !('userId' in data)) continue;
    if (eventType === 'Refused' && data.reservationId !== undefined) {
      refusedOn.add(data.rentalId);
      entryIn(reservations, data.reservationId, data.userId, data.bookId).steps.push({ place, event: eventType });
    } else if ('rentalId' in data) {
      const { rentalId, userId, bookId } = data;
      const entry = entryIn(rentals, rentalId, userId, bookId);
      entry.rentalId = rentalId;
      if (entry.status !== 'REJECTED') entry.status = status;
      entry.steps.push({ place, event: eventType });
      if (eventType === 'Checked') becomeOne(reservations, data.reservationId, entry);
    } else if ('reservationId' in data) {
      const { reservationId, userId, bookId } = data;
      const entry = entryIn(reservations, reservationId, userId, bookId);
      Object.assign(entry, { reservationId, status });
      entry.steps.push({ place, event: eventType });
    }
  }
  for (const rentalId of refusedOn) rentals.delete(rentalId);
  return [...reservations.values(), ...rentals.values()].map(({ steps, ...entry }) => ({
    ...entry,
    history: steps.sort((one, other) => one.place - other.place).map(({ event }) => event),
  }));
}

/** A reservation that a copy was given out for is part of its rental's entry from then on. */
function becomeOne(reservations: Map<string, Entry>, reservationId: string, rental: Entry): void {
  const reservation = reservations.get(reservationId);
  reservations.delete(reservationId);
  rental.reservationId = reservationId;
  rental.steps.push(...(reservation?.steps ?? []));
}
