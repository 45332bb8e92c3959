import type { GuardedUpsert } from '@rentalbook/read-models';
import { refusalCodeOf, type RentalbookEvent } from '@rentalbook/event-contracts';

/** The change of a rental's view by an event; undefined for an event that is not about a rental. */
export function rentalChange(event: RentalbookEvent): GuardedUpsert | undefined {
  const { eventType, data } = event;
  switch (eventType) {
    case 'Rentaled':
      return change(event, data, { userNm: data.userNm, phase: 'REQUESTED', rentedAt: event.timestamp, renewals: 0 });
    case 'Loaned':
      return change(event, data, { phase: 'ACTIVE', dueAt: data.dueAt, renewals: data.renewals });
    case 'Returned':
      return change(event, data, { phase: 'RETURNED', returnedAt: data.returnedAt });
    case 'Rejected':
      return change(event, data, { phase: 'REJECTED', rejected: { code: data.code, ...ruleOf(data) } });
    case 'Checked':
      return change(event, data, { reservationId: data.reservationId });
    case 'Refused':
      return change(event, data, { refused: { code: refusalCodeOf(data), ...ruleOf(data) } });
    default:
      return undefined;
  }
}

/** Replicas of the release before read the sentence. */
const ruleOf = ({ rule, ruleCode }: { readonly rule: string; readonly ruleCode?: string | undefined }) => ({
  rule,
  ...(ruleCode !== undefined && { ruleCode }),
});

/** Rental and Reserve have no order between them: each writes a part of its own, guarded by its own sequence. */
function change(
  { source, sequence }: RentalbookEvent,
  { rentalId, userId, bookId }: { rentalId: string; userId: string; bookId: string },
  part: Readonly<Record<string, unknown>>,
): GuardedUpsert {
  const own = Object.fromEntries(Object.entries(part).map(([field, value]) => [`${source}.${field}`, value]));
  return { id: rentalId, guard: `${source}.seq`, sequence, set: { userId, bookId, ...own } };
}
