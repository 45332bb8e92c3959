import { StoreUnavailable } from '@rentalbook/mongo';
import type { Context } from '@rentalbook/tracing';
import { RECORDED_COMMANDS, type OutboxEntry } from './aggregate-document';
import { CapacityExceeded, withChange, type Change, type Loaded } from './document-change';

/** Runs after the commit with the current outbox; resolves the caller. */
type OnCommitted = (outbox: readonly OutboxEntry[]) => void;

/** A change that waits for the write of its document. */
export interface PendingChange<State> {
  /** The caller's trace. */
  readonly trace: Context;
  /** False if a retry cannot detect whether the change was applied. */
  readonly isDetectable: boolean;
  /** The revision of a write whose acknowledgement was lost. */
  ambiguousAt?: number;
  decide(before: Loaded<State>): Promise<{ readonly change?: Change<State>; readonly onCommitted: OnCommitted }>;
  fail(error: unknown): void;
}

interface DecidedChange<State> {
  readonly one: PendingChange<State>;
  readonly onCommitted: OnCommitted;
}

/** The document after all changes, and those that could not be decided. */
export interface Decided<State> {
  readonly after: Loaded<State>;
  readonly decided: readonly DecidedChange<State>[];
  readonly overCapacity: readonly Refused<State>[];
  readonly failed: readonly Refused<State>[];
  /** Every change is part of the write, which proves that the document it was decided from was the current one. */
  readonly isProven: boolean;
}
interface Refused<State> {
  readonly one: PendingChange<State>;
  readonly error: unknown;
}

/** The document after all changes, in order. A change that fails leaves it as it was. */
export async function decideAll<State>(
  before: Loaded<State>,
  pending: readonly PendingChange<State>[],
): Promise<Decided<State>> {
  const decided: DecidedChange<State>[] = [];
  const overCapacity: Refused<State>[] = [];
  const failed: Refused<State>[] = [];
  let changes = 0;
  let after = before;
  for (const one of pending)
    try {
      const { change, onCommitted } = await one.decide(after);
      if (change) {
        if (isUnknown(one, before))
          throw new StoreUnavailable(
            'It is not known whether the change was made; read the state before trying again.',
          );
        after = withChange(after, before.revision + 1, change);
        changes += 1;
      }
      decided.push({ one, onCommitted });
    } catch (error) {
      (error instanceof CapacityExceeded ? overCapacity : failed).push({ one, error });
    }
  return { after, decided, overCapacity, failed, isProven: changes === pending.length };
}

/**
 * Whether a change without a recorded command may have been made and pushed out by those after it: the document keeps a number of
 * them, and has none any more of those before the change.
 */
const isUnknown = <State>(
  { isDetectable, ambiguousAt }: PendingChange<State>,
  { revision, commands }: Loaded<State>,
): boolean =>
  !isDetectable &&
  ambiguousAt !== undefined &&
  ambiguousAt !== revision &&
  commands.length >= RECORDED_COMMANDS &&
  commands.every((command) => command.revision > ambiguousAt);
