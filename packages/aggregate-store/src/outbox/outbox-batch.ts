import { SIGNATURE_HEADER, type EventSignatures, type OutgoingMessage } from '@rentalbook/messaging';
import type { AggregateDocument, OutboxEntry } from '../aggregate/aggregate-document';
import { trusted } from 'mongoose';

/** Documents with events in their outbox; so written, a sparse index finds them. */
export const PENDING = { pendingSince: trusted({ $gt: new Date(0) }) };

/** The fields of a document that the relay reads; the state of a title in demand is far larger. */
export type PendingOutbox = Pick<AggregateDocument, '_id' | 'revision' | 'outbox' | 'commands' | 'answeredThrough'>;
export const PENDING_FIELDS: Record<keyof PendingOutbox, 1> = {
  _id: 1,
  revision: 1,
  outbox: 1,
  commands: 1,
  answeredThrough: 1,
};

/** The part of one document in a batch: the head of its outbox, or all of it. */
export interface Batch {
  readonly document: PendingOutbox;
  readonly entries: readonly OutboxEntry[];
}

/** Kafka takes 1 MB at once by default; the rest of an outbox goes with the next batch. */
const BYTES_AT_ONCE = 500_000;

export function headsOf(documents: readonly PendingOutbox[]): readonly Batch[] {
  let bytes = 0;
  return documents.map((document) => {
    const entries: OutboxEntry[] = [];
    for (const entry of document.outbox) {
      bytes += Buffer.byteLength(JSON.stringify(entry.event));
      if (bytes > BYTES_AT_ONCE && entries.length > 0) break;
      entries.push(entry);
    }
    return { document, entries };
  });
}

/** The commands of a document that have no idempotency record yet. */
export function unstoredCommands({ commands, answeredThrough }: PendingOutbox) {
  return commands.filter(({ revision }) => revision > answeredThrough);
}

export const recordsStored = ({ revision }: PendingOutbox) => ({ $max: { answeredThrough: revision } });

/** The update that removes acknowledged entries. */
export function removal({ document, entries }: Batch) {
  return {
    ...recordsStored(document),
    $pull: { outbox: { seq: { $lte: entries.at(-1)?.seq ?? 0 } } },
  };
}

export function toMessage(
  { event, ...entry }: OutboxEntry,
  sign: EventSignatures['sign'],
  traceparent = entry.traceparent,
): OutgoingMessage {
  const record = { key: event.key, value: JSON.stringify(event) };
  return {
    ...record,
    headers: {
      'content-type': 'application/json',
      ...(traceparent && { traceparent }),
      ...(sign && { [SIGNATURE_HEADER]: sign(record) }),
    },
  };
}
