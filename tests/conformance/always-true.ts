import type { BookCirculation } from '../../subgraphs/reserve/src/domain/book-circulation';
import { evolveCirculation, type ReserveBody, type ReserveStep, type Title, type World } from './world';

/** The rules that hold in every state, however the messages crossed. Returns the first that is broken. */
export function brokenRule({ titles }: World): string | undefined {
  return titles.map(brokenRuleOf).find((broken) => broken !== undefined);
}

function brokenRuleOf({ reserve, rental, catalogue }: Title): string | undefined {
  const { copies, queue } = reserve;
  const ids = copies.flatMap(({ copyId, withdrawn }) => (withdrawn ? [] : [copyId])).sort();
  if (ids.join() !== catalogue.join() || unique(copies.map(({ copyId }) => copyId)) !== copies.length)
    return 'every copy is there once';
  if (copies.some(({ state, withdrawn }) => withdrawn && state === 'IN_STOCK')) return 'a withdrawn copy is not free';
  if (catalogue.length === 0 && queue.some(({ ready }) => ready === null))
    return 'a reservation does not wait for a title without copies';
  for (const { reservationId, ready } of queue) {
    const holding = copies.filter((copy) => copy.state === 'HELD' && copy.reservationId === reservationId);
    if (holding.map(({ copyId }) => copyId).join() !== (ready?.copyId ?? ''))
      return 'a hold is one copy, and it is held';
  }
  const held = copies.flatMap((copy) => (copy.state === 'HELD' ? [copy.reservationId] : []));
  if (!held.every((id) => queue.some(({ reservationId }) => reservationId === id))) return 'a held copy has its reader';
  if (copies.some(({ state }) => state === 'IN_STOCK') && queue.some(({ ready }) => ready === null))
    return 'no copy is free while a member waits';
  if (queue.some(({ ticket }, index) => ticket <= (queue[index - 1]?.ticket ?? 0))) return 'the queue is in order';
  const borrowers = copies.flatMap((copy) => (copy.state === 'ON_LOAN' ? [copy.userId] : []));
  if (unique(borrowers) !== borrowers.length || unique(queue.map(({ userId }) => userId)) !== queue.length)
    return 'a member has a title, and waits for it, once';
  for (const { rentalId, copyId } of rental.open) {
    const copy = copies.find((one) => one.copyId === copyId);
    if (copyId !== null && !(copy?.state === 'ON_LOAN' && copy.rentalId === rentalId))
      return 'a rental that began has its copy for itself';
  }
  return undefined;
}

/** The rules that speak of a decision of Reserve, event by event. Returns the first that is broken. */
export function brokenByStep({ now, before, events }: ReserveStep): string | undefined {
  let state = before;
  for (const event of events) {
    const broken = brokenBy(event, state, new Date(now).toISOString());
    if (broken !== undefined) return broken;
    state = evolveCirculation(state, event);
  }
  return undefined;
}

function brokenBy(
  { eventType, data }: ReserveBody,
  { queue, copies }: BookCirculation,
  now: string,
): string | undefined {
  const reservationId = 'reservationId' in data ? data.reservationId : undefined;
  const own = queue.find((open) => open.reservationId === reservationId);
  switch (eventType) {
    case 'Ready':
      if (own !== queue.find(({ ready }) => ready === null)) return 'first come, first served';
      if (copies.find(({ copyId }) => copyId === data.copyId)?.state !== 'IN_STOCK')
        return 'only a free copy is set aside';
      return namesRule(data) ? undefined : 'every allocation names its rule';
    case 'Checked':
      if (own?.userId !== data.userId || own.ready?.copyId !== data.copyId || own.ready.pickupBy <= now)
        return 'a copy goes only to the reader for whom it is set aside, and while it is';
      return namesRule(data) ? undefined : 'every allocation names its rule';
    case 'Refused':
      if (queue.some(({ userId, ready }) => userId === data.userId && ready !== null && ready.pickupBy > now))
        return 'a reader with a live hold is not turned away';
      return namesRule(data) ? undefined : 'every refusal names its rule';
    case 'Expired':
      return own?.ready && own.ready.pickupBy <= now ? undefined : 'a live hold is never taken away';
    case 'Subscribed':
      return copies.some(({ withdrawn }) => !withdrawn) ? undefined : 'a title without copies is not reserved';
    case 'Cancelled':
      if (data.by === 'reserve' && (own?.ready !== null || copies.some(({ withdrawn }) => !withdrawn)))
        return 'Reserve cancels only what waits, and only without copies';
      return undefined;
    case 'ReturnedBook':
      return undefined;
  }
}

/** The rules once everything that was under way has arrived. Returns the first that is broken. */
export function brokenWhenQuiet({ titles }: World): string | undefined {
  for (const { reserve, rental } of titles) {
    if (rental.open.some(({ copyId, decideBy }) => copyId === null || decideBy !== null))
      return 'every request is decided';
    const out = reserve.copies.flatMap((copy) => (copy.state === 'ON_LOAN' ? [copy.rentalId] : []));
    const open = rental.open.map(({ rentalId }) => rentalId);
    if (out.sort().join() !== open.sort().join()) return 'exactly the copies of running rentals are out: none is stuck';
  }
  return undefined;
}

const unique = (values: readonly string[]): number => new Set(values).size;

/** A decision has the code; what is published has a sentence, too, and of the release before nothing else. */
const namesRule = (data: { readonly rule?: string; readonly ruleCode?: string | undefined }): boolean =>
  (data.rule ?? data.ruleCode ?? '') !== '';
