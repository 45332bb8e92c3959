import { z } from 'zod';
import { id, memberId, timestamp } from './fields';

/** What every event carries besides its data; the CloudEvents names where CloudEvents has one. */
export const envelope = z.object({
  /** UUID v7, unique per event. */
  id: z.uuid(),
  timestamp,
  /** The message key: what is kept in order. */
  key: id,
  /** The number of the event in the stream of (source, key): 1, 2, 3 … without a gap. */
  sequence: z.int().positive(),
  /** One id for everything that follows from one request. */
  correlationId: z.string().min(1).max(64),
  /** The id of the event that this one follows from, when it follows from one. */
  causationId: z.uuid().optional(),
  /** The member, librarian or service on whose behalf it happened. */
  actor: memberId,
});
export type Envelope = z.infer<typeof envelope>;

/** Defines one version of one event: who publishes it, what it is called, what it carries. */
export function defineEvent<Source extends string, Type extends string, Version extends number, Data extends z.ZodType>(
  source: Source,
  eventType: Type,
  schemaVersion: Version,
  data: Data,
) {
  return envelope.extend({
    source: z.literal(source),
    eventType: z.literal(eventType),
    schemaVersion: z.literal(schemaVersion),
    data,
  });
}
