import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { brokenByStep, brokenRule, brokenWhenQuiet } from '../../../conformance/always-true';
import { bookCirculation, evolveCirculation, type World } from '../../../conformance/world';
import type { Broken } from '../../../harness/broken';
import type { Documents } from './library';

/** The rules of allocation, on every decision of Reserve that was announced and on the documents as they are now. */
export function brokenAllocations(
  bookId: string,
  log: readonly RentalbookEvent[],
  { reserve, rental }: Documents,
): readonly Broken[] {
  const broken: Broken[] = [];
  const on = `reserve/${bookId}`;
  let state = bookCirculation.initial;
  for (const event of log) {
    if (event.eventType === 'Added' || event.eventType === 'Withdrawn') state = bookCirculation.evolve(state, event);
    if (event.source !== 'reserve') continue;
    const promise = brokenByStep({
      now: Date.parse(event.timestamp),
      before: state,
      events: [event],
    });
    if (promise !== undefined)
      broken.push({ promise, on: `${on} #${String(event.sequence)}`, found: JSON.stringify(event.data) });
    state = evolveCirculation(state, event);
  }
  if (!reserve || !rental) return broken;
  const catalogue = state.copies.flatMap(({ copyId, withdrawn }) => (withdrawn ? [] : [copyId])).sort();
  const world: World = {
    withdrawals: false,
    now: 0,
    ids: 0,
    titles: [{ bookId, catalogue, reserve: reserve.state, rental: rental.state, toReserve: [], toRental: [] }],
  };
  for (const promise of [brokenRule(world), brokenWhenQuiet(world)])
    if (promise !== undefined)
      broken.push({ promise, on, found: JSON.stringify({ reserve: reserve.state, rental: rental.state }) });
  const holders = (of: typeof state): string =>
    JSON.stringify([of.queue, of.copies.map(({ copyId, state: where }) => [copyId, where]).sort(), of.lastTicket]);
  if (holders(reserve.state) !== holders(state))
    broken.push({
      promise: 'the document is what its events say',
      on,
      found: `${holders(reserve.state)} instead of ${holders(state)}`,
    });
  return broken;
}
