import { escapeUnprintable, MalformedEvent, parseEvent, type RentalbookEvent } from '@rentalbook/event-contracts';
import type { DeadLetter } from '@rentalbook/messaging';

const SHOWN_BYTES = 4_000;
/** The causes of parked keys, with their meaning and remedy. */
export const causes = {
  malformed: 'malformed: the message is no event of ours',
  forged:
    'forged: the service that the event names did not sign the message; discard it, or replay it once its public key is in SERVICE_KEYS_DIR',
  undecodable:
    'undecodable: a whole batch of the partition cannot be decoded; a key that it had an event of is parked at its next one',
  gap: 'gap: something of the stream before it is missing',
  failing: 'failing: the consumer failed on it each time',
} as const;

/** The event of a dead letter; undefined when it is none. */
export function eventIn({ value }: DeadLetter): RentalbookEvent | undefined {
  try {
    return parseEvent(value);
  } catch (error) {
    if (error instanceof MalformedEvent) return undefined;
    throw error;
  }
}

/** The event in a few words. */
export function titleOf(deadLetter: DeadLetter): string {
  const event = eventIn(deadLetter);
  return event ? `${event.eventType} (${event.source} #${String(event.sequence)})` : 'unreadable';
}

export function shownValue({ value, omittedBytes, firstOffset }: DeadLetter): string {
  if (omittedBytes !== undefined) return `${String(omittedBytes)} bytes, kept only where it came from`;
  if (value === null) return '(none)';
  // The bytes of a batch are no text.
  const text = value.subarray(0, SHOWN_BYTES).toString(firstOffset === undefined ? 'utf8' : 'hex');
  return value.length > SHOWN_BYTES ? `${text}… (${String(value.length)} bytes)` : text;
}

export const offsetsOf = ({ firstOffset, offset }: DeadLetter): string =>
  firstOffset === undefined ? `offset ${String(offset)}` : `offsets ${String(firstOffset)} to ${String(offset)}`;
export const messageOf = ({ partition, offset }: DeadLetter): string => `${String(partition)}/${String(offset)}`;
/** Messages without a key share the empty one. The printed key can be used as an argument. */
export const shownKey = (key: string): string => (key === '' ? '(none)' : escapeUnprintable(key));
/** "1 dead letter", "2 dead letters". */
export const countOf = (count: number): string => `${String(count)} ${count === 1 ? 'dead letter' : 'dead letters'}`;
