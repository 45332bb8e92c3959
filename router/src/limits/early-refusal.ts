import type { Clock } from '@rentalbook/service-kit';
import type { CallerBudget } from './caller-budget';
import type { FairQueue } from './fair-queue';

/** How long a refusal waits for its answer, in milliseconds: a client that sends the next at once is slowed down. */
export const REFUSAL_PAUSE_MS = 1_000;
/** Refusals of one caller are answered at least so far apart, in milliseconds: on hundreds of connections they come evenly. */
export const REFUSAL_SPACING_MS = 40;
/** No refusal waits longer than this, in milliseconds. */
const REFUSED_WITHIN_MS = 10_000;

export interface EarlyRefusalOptions {
  readonly budget: Pick<CallerBudget, 'refusal'>;
  readonly queue: Pick<FairQueue, 'refusal'>;
  readonly clock: Clock;
  readonly onRefused: (kind: 'budget' | 'shed') => void;
}

/** Resolves for a caller of whom one more request is served. */
export type RequireShare = (callerKey: string) => Promise<void>;

/**
 * Refuses a caller whose budget is spent, or whose line in the queue is shed, before anything of the request is read, and after
 * a pause. A refusal has its price as well: a caller who sends again at once on many connections would take the router from
 * others by refusals alone.
 */
export function refuseEarly({ budget, queue, clock, onRefused }: EarlyRefusalOptions): RequireShare {
  /** When the last refusal of a caller is due. */
  const lastDueAt = new Map<string, number>();
  const pause = async (callerKey: string): Promise<void> => {
    const now = clock.now();
    const spaced = (lastDueAt.get(callerKey) ?? 0) + REFUSAL_SPACING_MS;
    const dueAt = Math.min(now + REFUSED_WITHIN_MS, Math.max(now + REFUSAL_PAUSE_MS, spaced));
    lastDueAt.set(callerKey, dueAt);
    await new Promise<void>((resolve) => {
      clock.after(dueAt - now, resolve);
    });
    if (lastDueAt.get(callerKey) === dueAt) lastDueAt.delete(callerKey);
  };
  return async (callerKey) => {
    const spent = await budget.refusal(callerKey);
    const refusal = spent ?? queue.refusal(callerKey);
    if (refusal === undefined) return;
    onRefused(spent ? 'budget' : 'shed');
    await pause(callerKey);
    throw refusal;
  };
}
