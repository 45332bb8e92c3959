import type { Cause } from './envelope-events';
import type { IdempotencyKey } from '../idempotency/idempotency-records';
import type { RecordedOutcome } from '../idempotency/recorded-outcome';

/** A command as a decider knows it: a union of named shapes. */
export interface NamedCommand {
  readonly type: string;
}

export interface CommandContext extends Cause {
  readonly idempotency?: IdempotencyKey;
  /** Identifies a command without an idempotency key: a second one with this id gets the result of the first. */
  readonly commandId?: string;
}

/** The outcome of a command, and the last sequence of the key's stream after it. */
export interface Executed {
  readonly outcome: RecordedOutcome;
  readonly sequence: number;
}
