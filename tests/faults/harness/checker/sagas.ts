import type { EventType, RentalbookEvent } from '@rentalbook/event-contracts';
import type { Broken } from '../../../harness/broken';

/** Every request is answered once, every copy given out becomes a loan or comes back, and comes back once. */
export function brokenSagas(log: readonly RentalbookEvent[]): readonly Broken[] {
  const of = new Map<string, EventType[]>();
  for (const { data, eventType } of log)
    if ('rentalId' in data) of.set(data.rentalId, [...(of.get(data.rentalId) ?? []), eventType]);
  return [...of].flatMap(([rentalId, events]) => {
    const times = (...types: EventType[]): number => events.filter((type) => types.includes(type)).length;
    const complain = (promise: string): Broken => ({ promise, on: `rental ${rentalId}`, found: events.join(', ') });
    const wasOut = times('Checked');
    const isOver = times('Returned', 'Rejected');
    return [
      ...(times('Rentaled') === 1 ? [] : [complain('a rental is asked for once')]),
      ...(times('Checked', 'Refused') === 1 ? [] : [complain('a request is decided once')]),
      ...(wasOut === 1 && times('Loaned', 'Rejected') !== 1 ? [complain('a copy given out becomes one loan')] : []),
      ...(wasOut === 0 && times('Loaned', 'Returned', 'ReturnedBook') > 0
        ? [complain('only a copy that is out is lent')]
        : []),
      ...(times('Returned') <= 1 && times('ReturnedBook') === wasOut * isOver
        ? []
        : [complain('a copy comes back exactly once, and only when its rental is over')]),
    ];
  });
}
