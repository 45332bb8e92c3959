import type { AppliedIdsBySource } from '@rentalbook/messaging';
import {
  DOCUMENT_VERSION,
  OUTBOX_LIMIT,
  RECORDED_COMMANDS,
  type AggregateDocument,
  type OutboxEntry,
  type RecordedCommand,
} from './aggregate-document';
import { StoreUnavailable } from '@rentalbook/mongo';

/** A document as read, or as it will be written, and the database's time of the read. */
export type Loaded<State> = AggregateDocument<State> & { readonly exists: boolean; readonly now: Date };

/** The changes of a document by one command, consumed event or deadline. */
export interface Change<State> {
  readonly state: State;
  readonly outbox: readonly OutboxEntry[];
  readonly seen?: Readonly<Record<string, number>>;
  readonly appliedIds?: AppliedIdsBySource;
  readonly command?: Omit<RecordedCommand, 'sequence' | 'revision'>;
}

/** The document waits for its relay; there may be capacity a moment later. */
export class CapacityExceeded extends StoreUnavailable {}

/** Bounds the document while Kafka or the relay is unavailable: acknowledged events are never dropped to make room. */
export function assertOutboxCapacity({ outbox }: AggregateDocument): void {
  if (outbox.length > OUTBOX_LIMIT) throw new CapacityExceeded('Events of this key wait for Kafka; try again later.');
}

/** One more command pushes the oldest out of the document, which may not have an idempotency record yet. */
export function assertRecordCapacity({ commands, answeredThrough }: AggregateDocument): void {
  const oldest = commands.at(-RECORDED_COMMANDS);
  if (oldest?.hash === undefined || oldest.revision <= answeredThrough) return;
  throw new CapacityExceeded('Idempotency records of this key wait to be written; try again later.');
}

/** The document after one more change; `revision` is that of the write. */
export function withChange<State>(before: Loaded<State>, revision: number, change: Change<State>): Loaded<State> {
  const sequence = before.sequence + change.outbox.length;
  const recorded = change.command ? [{ ...change.command, sequence, revision }] : [];
  const hasWork = change.outbox.length > 0 || change.command?.hash !== undefined;
  const pendingSince = before.pendingSince ?? (hasWork ? before.now : undefined);
  return {
    ...before,
    exists: true,
    state: change.state,
    ...{ sequence, revision },
    outbox: [...before.outbox, ...change.outbox],
    seen: change.seen ?? before.seen,
    ...(change.appliedIds && { appliedIds: change.appliedIds }),
    ...(pendingSince && { pendingSince }),
    commands: [...before.commands, ...recorded].slice(-RECORDED_COMMANDS),
  };
}

export function newDocument<State>(key: string, state: State): AggregateDocument<State> {
  const nothing = { revision: 0, sequence: 0, outbox: [], seen: {}, commands: [], answeredThrough: 0 };
  return { _id: key, version: DOCUMENT_VERSION, state, ...nothing };
}
