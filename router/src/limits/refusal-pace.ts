import type { Clock } from '@rentalbook/timing';
import type { CallerBudget } from './caller-budget';

/** How long a refusal waits for its answer, in milliseconds: a client that sends the next at once is slowed down. */
export const REFUSAL_PAUSE_MS = 1_000;
/** Refusals of one caller are answered at least so far apart, in milliseconds: on hundreds of connections they come evenly. */
export const REFUSAL_SPACING_MS = 40;
/** No refusal waits longer than this, in milliseconds: 750 of one caller may be on their way. Further ones are not answered. */
const REFUSED_WITHIN_MS = 30_000;
/** What a refusal costs its caller: one who goes on at the highest pace keeps a low priority. */
export const POINTS_PER_REFUSAL = 4;

/** A request whose connection is closed without an answer: its caller has too many refusals on their way. */
export class RefusedWithoutAnswer extends Error {
  override readonly name = 'RefusedWithoutAnswer';
}

/** Resolves when a refusal of this caller is due, to whether it is answered: not where there are too many. */
export type RefusalPace = (callerKey: string) => Promise<boolean>;

/**
 * Spreads the refusals of each caller over time, and charges for them. A refusal has its price as well: a caller who sends again at once on many
 * connections would take the router from others by refusals alone.
 */
export function createRefusalPace(budget: Pick<CallerBudget, 'charge'>, clock: Clock): RefusalPace {
  /** When the last refusal of a caller is due. */
  const lastDueAt = new Map<string, number>();
  return async (callerKey) => {
    const charged = budget.charge(callerKey, POINTS_PER_REFUSAL);
    const now = clock.now();
    const spaced = (lastDueAt.get(callerKey) ?? 0) + REFUSAL_SPACING_MS;
    const dueAt = Math.max(now + REFUSAL_PAUSE_MS, spaced);
    if (dueAt > now + REFUSED_WITHIN_MS) {
      await charged;
      return false;
    }
    lastDueAt.set(callerKey, dueAt);
    await new Promise<void>((resolve) => {
      clock.after(dueAt - now, resolve);
    });
    await charged;
    if (lastDueAt.get(callerKey) === dueAt) lastDueAt.delete(callerKey);
    return true;
  };
}

/** Rejects in the caller's pace: with the refusal where it is answered, else with {@link RefusedWithoutAnswer}. */
export async function refuseInPace(pace: RefusalPace, callerKey: string, refusal: Error): Promise<never> {
  throw (await pace(callerKey)) ? refusal : new RefusedWithoutAnswer();
}
