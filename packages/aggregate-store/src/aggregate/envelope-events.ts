import { eventContracts, eventVersions, type RentalbookEvent, type Source } from '@rentalbook/event-contracts';
import { storedSentences } from '@rentalbook/sentences';
import { createHash } from 'node:crypto';
import { v7 as uuidV7 } from 'uuid';
import type { OutboxEntry } from './aggregate-document';
import type { EventBody } from './event-decider';

/** The actor of a decision, and the request or event that caused it. */
export interface Cause {
  readonly actor: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly traceparent: string;
}

/** A new id (UUID v7) of the given instant; with `from` always the same one for the same text. */
export const newIdAt = (now: Date, from?: string): string =>
  uuidV7({
    msecs: now.getTime(),
    ...(from !== undefined && { random: createHash('sha256').update(from).digest().subarray(0, 16) }),
  });

/** Numbers decided events on from `lastSequence` and puts the envelope around them. */
export function envelopeEvents(
  source: Source,
  key: string,
  lastSequence: number,
  bodies: readonly EventBody[],
  now: Date,
  cause: Cause,
): readonly OutboxEntry[] {
  return bodies.map((body, index) => {
    const sequence = lastSequence + index + 1;
    const event = {
      id: newIdAt(now),
      source,
      eventType: body.eventType,
      timestamp: now.toISOString(),
      schemaVersion: eventVersions.schemaVersionOf(body.eventType),
      key,
      sequence,
      correlationId: cause.correlationId,
      ...(cause.causationId !== undefined && { causationId: cause.causationId }),
      actor: cause.actor,
      data: { ...storedSentences(body.data), ...body.data },
    };
    // A decision that breaks its own contract must fail here, before anything is written, not at some consumer.
    const checked: RentalbookEvent = eventContracts[body.eventType].parse(event);
    return { seq: sequence, event: eventVersions.written(checked), traceparent: cause.traceparent };
  });
}
