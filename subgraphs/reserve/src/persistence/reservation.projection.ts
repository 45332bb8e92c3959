import type { GuardedUpsert } from '@rentalbook/read-models';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { ReservationView } from '../application/views';

/** The change of a reservation's view by an event; undefined for an event that is not about a reservation. */
export function reservationChange(event: RentalbookEvent): GuardedUpsert | undefined {
  const change = (id: string, set: Partial<ReservationView>): GuardedUpsert => ({
    id,
    guard: 'seq',
    sequence: event.sequence,
    set: { ...set, updatedAt: event.timestamp },
  });
  switch (event.eventType) {
    case 'Subscribed': {
      const { reservationId, userId, userNm, bookId, ticket, status } = event.data;
      return change(reservationId, {
        userId,
        userNm,
        bookId,
        ticket,
        status: 'WAITING',
        statusText: status,
        pickupBy: null,
        reason: null,
        createdAt: event.timestamp,
      });
    }
    case 'Ready':
      return change(event.data.reservationId, { status: 'READY', pickupBy: event.data.pickupBy });
    case 'Cancelled':
      return change(event.data.reservationId, {
        status: 'CANCELLED',
        statusText: 'Cancelled',
        pickupBy: null,
        ...reasonOf(event.data),
      });
    case 'Expired':
      return change(event.data.reservationId, {
        status: 'EXPIRED',
        statusText: 'Expired',
        pickupBy: null,
        ...reasonOf(event.data),
      });
    case 'Checked':
      return change(event.data.reservationId, {
        status: 'FULFILLED',
        statusText: event.data.status,
        pickupBy: null,
      });
    default:
      return undefined;
  }
}

/** Replicas of the release before read the sentence. */
const reasonOf = ({ reason, reasonCode }: { readonly reason: string; readonly reasonCode?: string | undefined }) => ({
  reason,
  ...(reasonCode !== undefined && { reasonCode }),
});
