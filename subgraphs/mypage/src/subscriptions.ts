import type { EventOf, EventType, RentalbookEvent } from '@rentalbook/event-contracts';
import {
  cancelled,
  checked,
  expired,
  loaned,
  ready,
  refused,
  rejected,
  rentaled,
  returned,
  returnedBook,
  subscribed,
  type EntryChanges,
  type EntryHandler,
} from './projections/member-entries/member-entries.projection';

/** Every event type, with the handler that projects it; null for those that MyPage does not show. */
const subscriptions: { [Type in EventType]: EntryHandler<Type> | null } = {
  Subscribed: subscribed,
  Ready: ready,
  Cancelled: cancelled,
  Expired: expired,
  Checked: checked,
  Refused: refused,
  ReturnedBook: returnedBook,
  Rentaled: rentaled,
  Loaned: loaned,
  Returned: returned,
  Rejected: rejected,
  Added: null,
  Withdrawn: null,
};

/** The changes of members' pages by an event. */
export function changesOf(event: RentalbookEvent): EntryChanges {
  return handlerOf(event.eventType)?.(event) ?? { reservations: [], rentals: [] };
}

/** Safe: the list is keyed by the event's own type. */
function handlerOf<Type extends EventType>(eventType: Type): ((event: EventOf<Type>) => EntryChanges) | null {
  return subscriptions[eventType];
}
