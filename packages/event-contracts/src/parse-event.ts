import { MalformedEvent } from './malformed-event';
import { eventVersions, type RentalbookEvent } from './registry';

/** The event in a message's value, in its newest version; throws {@link MalformedEvent} for anything that does not fit its contract. */
export function parseEvent(value: Buffer | string | null): RentalbookEvent {
  return eventVersions.parse(parseJson(value));
}

function parseJson(value: Buffer | string | null): unknown {
  if (value === null) throw new MalformedEvent('The message has no value.');
  try {
    return JSON.parse(value.toString());
  } catch {
    throw new MalformedEvent('The message is not JSON.');
  }
}
