import type { EventType, RentalbookEvent } from '@rentalbook/event-contracts';
import type { Command, Entry, Operation } from '../load/ledger';
import type { Broken } from '../../../harness/broken';

/** What a member's command is announced as when it was accepted. */
const announcement: Readonly<Record<Operation, EventType>> = {
  reserve: 'Subscribed',
  cancel: 'Cancelled',
  rent: 'Rentaled',
  return: 'Returned',
};
const answered: Readonly<Record<Operation, 'reservationId' | 'rentalId'>> = {
  reserve: 'reservationId',
  cancel: 'reservationId',
  rent: 'rentalId',
  return: 'rentalId',
};
const nameOf = ({ operation, member, bookId, key }: Command): string =>
  `${operation} of ${bookId} by ${member} (${key})`;

/** Every accepted command took effect exactly once, every refused one not at all, and nothing happened unasked. */
export function brokenCommands(entries: readonly Entry[], log: readonly RentalbookEvent[]): readonly Broken[] {
  const broken: Broken[] = [];
  const announced = new Map<string, RentalbookEvent[]>();
  const turnedDown = new Set<string>();
  for (const event of log) {
    const slot = `${event.correlationId} ${event.eventType}`;
    announced.set(slot, [...(announced.get(slot) ?? []), event]);
    if (event.eventType === 'Refused' || event.eventType === 'Rejected') turnedDown.add(event.data.rentalId);
  }

  const known = new Set<string>();
  for (const { command, outcome, attempts } of entries) {
    const slot = `${command.trace} ${announcement[command.operation]}`;
    known.add(slot);
    const events = announced.get(slot) ?? [];
    const complain = (promise: string, found: string): void =>
      void broken.push({ promise, on: nameOf(command), found });
    if (events.length > 1) complain('a command takes effect once', `${String(events.length)} events`);
    switch (outcome.kind) {
      case 'ok':
        if (events.length === 0) complain('what was acknowledged is announced', 'no event');
        else if (
          !Object.entries(events[0]?.data ?? {}).some(
            ([name, id]) => name === answered[command.operation] && id === outcome.id,
          )
        )
          complain('the answer is about what happened', `answered ${outcome.id}`);
        break;
      case 'refused':
        if (
          events.some(
            ({ data }) => !('rentalId' in data && command.operation === 'rent' && turnedDown.has(data.rentalId)),
          )
        )
          complain('what was refused does not happen', `refused as ${outcome.code}, and announced`);
        break;
      case 'failed':
        complain('a command is answered, refused or retryable', outcome.reason);
        break;
      case 'unknown':
        complain(
          'a command becomes known when it is repeated',
          `${outcome.reason} after ${String(attempts.length)} attempts`,
        );
        break;
    }
  }
  for (const type of Object.values(announcement))
    for (const [slot, [event]] of announced)
      if (event?.eventType === type && !known.has(slot))
        broken.push({
          promise: 'nothing happens unasked',
          on: `${event.source}/${event.key} #${String(event.sequence)}`,
          found: `${type} that no command asked for`,
        });
  return broken;
}
