import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { eventAttributes, inSpan, keyAttribute, recordStep } from '@rentalbook/tracing';
import type { Executed, NamedCommand } from './command';

interface TracedCommand {
  readonly source: string;
  readonly key: string;
  readonly command: NamedCommand;
}

/** A span of one command: its key, its outcome and how often it was decided. Its arguments are not recorded. */
export function inCommandSpan(
  { source, key, command: { type } }: TracedCommand,
  execute: (attempted: () => void) => Promise<Executed>,
): Promise<Executed> {
  const attributes = {
    'rentalbook.command': type,
    ...keyAttribute(key),
    'rentalbook.aggregate.owner': source,
  };
  return inSpan(`command ${type}`, { attributes }, async (span) => {
    let attempts = 0;
    const executed = await execute(() => {
      attempts += 1;
    });
    const { outcome } = executed;
    span.setAttribute('rentalbook.outcome', 'refused' in outcome ? outcome.refused.code : 'ACCEPTED');
    span.setAttribute('rentalbook.attempts', attempts);
    return executed;
  });
}

/** Records what follows from a consumed event, and returns the `traceparent` of the events that do. */
export const reactionTo = (
  event: RentalbookEvent,
  bodies: readonly { readonly eventType: string }[],
  traceparent: string | undefined,
): string =>
  recordStep(
    `react ${event.eventType}`,
    () => ({ ...eventAttributes(event), 'rentalbook.events': bodies.map(({ eventType }) => eventType) }),
    traceparent,
  ) ?? '';
