import { z } from 'zod';
import { eventContracts, isEventType, type RentalbookEvent } from './registry';

/** A message that is no event of ours. The message says which field does not fit and why. */
export class MalformedEvent extends Error {
  override readonly name = 'MalformedEvent';
}

const named = z.object({ eventType: z.string(), schemaVersion: z.int() });

/** The event in a message's value; throws {@link MalformedEvent} for anything that does not fit its contract. */
export function parseEvent(value: Buffer | string | null): RentalbookEvent {
  const json = parseJson(value);
  const { eventType, schemaVersion } = check(named, json, 'The message');
  if (!isEventType(eventType)) throw new MalformedEvent(`There is no event "${eventType.slice(0, 64)}".`);
  const contract = eventContracts[eventType];
  const [current] = contract.shape.schemaVersion.values;
  if (current !== undefined && schemaVersion > current)
    throw new MalformedEvent(
      `${eventType} is of version ${String(schemaVersion)}; this service understands up to ${String(current)}.`,
    );
  return check<RentalbookEvent>(contract, json, eventType);
}

function parseJson(value: Buffer | string | null): unknown {
  if (value === null) throw new MalformedEvent('The message has no value.');
  try {
    return JSON.parse(value.toString());
  } catch {
    throw new MalformedEvent('The message is not JSON.');
  }
}

function check<T>(schema: z.ZodType<T>, json: unknown, what: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
  throw new MalformedEvent(`${what} does not fit its contract: ${faults.join('; ')}.`);
}
