import { eventVersions, type RentalbookEvent, type VersionedEvent } from '@rentalbook/event-contracts';
import type { AppliedIdsBySource } from '@rentalbook/messaging';
import { Schema, type Connection, type Model } from 'mongoose';
import type { RecordedOutcome } from '../idempotency/recorded-outcome';
import { modelOn } from '@rentalbook/mongo';

/** An event that was decided and is not yet acknowledged by Kafka. */
export interface OutboxEntry {
  readonly seq: number;
  /** In the version that the release published which decided it. */
  readonly event: VersionedEvent;
  readonly traceparent: string;
}

/** The events of an outbox, in the newest version. */
export const eventsOf = (entries: readonly OutboxEntry[]): RentalbookEvent[] =>
  entries.map(({ event }) => eventVersions.upcast(event));

/** The result of a command. */
export interface RecordedCommand {
  readonly id: string;
  /** Set for a command with an idempotency key: the digest of the request as the client wrote it. */
  readonly hash?: string;
  /** The digest of the command that was carried out; missing in records of the version before. */
  readonly commandHash?: string;
  readonly outcome: RecordedOutcome;
  /** The stream's length after the command. */
  readonly sequence: number;
  /** The revision that the command made. */
  readonly revision: number;
}

/** Kafka will never take this event; it and all later ones of the document stay in the outbox. */
export interface Unsendable {
  readonly seq: number;
  readonly reason: string;
  readonly at: Date;
}

/** Of the form of a document; missing in those of releases that named none, which is 1. */
export const DOCUMENT_VERSION = 1;

/** State, outbox, checkpoints and recorded commands: they change together or not at all. */
export interface AggregateDocument<State = unknown> {
  readonly _id: string;
  readonly version?: number;
  /** Grows with every write that decides or consumes; every such write is conditional on it. */
  readonly revision: number;
  /** The number of the stream's last event. */
  readonly sequence: number;
  readonly state: State;
  readonly outbox: readonly OutboxEntry[];
  readonly pendingSince?: Date;
  readonly unsendable?: Unsendable;
  /** Stored name of the decider's next deadline; missing while nothing can expire. */
  readonly dueAt?: Date;
  /** The checkpoint of each source: the highest sequence consumed. Stored name. */
  readonly seen: Readonly<Record<string, number>>;
  /** Missing in documents of the version before. */
  readonly appliedIds?: AppliedIdsBySource;
  readonly commands: readonly RecordedCommand[];
  /** The commands up to this revision have their idempotency record; stored name. */
  readonly answeredThrough: number;
}

/** How many commands a document keeps. */
export const RECORDED_COMMANDS = 64;
/** While more events than these wait in its outbox, commands are refused. */
export const OUTBOX_LIMIT = 100;

export type AggregateModel = Model<AggregateDocument>;

const anything = Schema.Types.Mixed;
const schema = new Schema<AggregateDocument>(
  {
    _id: { type: String, required: true },
    version: { type: Number },
    revision: { type: Number, required: true },
    sequence: { type: Number, required: true },
    state: { type: anything, required: true },
    outbox: { type: [anything], required: true },
    pendingSince: { type: Date },
    unsendable: { type: anything },
    dueAt: { type: Date },
    seen: { type: anything, required: true },
    appliedIds: { type: anything },
    commands: { type: [anything], required: true },
    answeredThrough: { type: Number, required: true },
  },
  { collection: 'aggregates', versionKey: false, minimize: false, autoCreate: false },
);
schema.index({ pendingSince: 1 }, { sparse: true });
schema.index({ dueAt: 1 }, { sparse: true });

export function aggregateModel(connection: Connection): AggregateModel {
  return modelOn(connection, 'Aggregate', schema);
}
