import type { OutgoingMessage } from '@rentalbook/messaging';

/** What an intruder is to try from inside. */
export interface Orders {
  /** The databases that it is to read. */
  readonly databases: readonly string[];
  readonly topic: string;
  /** The records that it is to publish there. */
  readonly records: readonly OutgoingMessage[];
}

/** What came of it. */
export interface Findings {
  /** By the database: "read", "refused", or why there was no answer. */
  readonly databases: Readonly<Record<string, string>>;
  /** "taken" by Kafka, or why not. */
  readonly records: string;
}
