import type { Clock } from '@rentalbook/service-kit';
import type { CallerBudget } from './caller-budget';

/** How long a refusal waits for its answer, in milliseconds: a client that sends the next at once is slowed down. */
export const REFUSAL_PAUSE_MS = 1_000;

export interface SpentBudgetOptions {
  readonly budget: CallerBudget;
  readonly clock: Clock;
  readonly onRefused: () => void;
}

/** Resolves for a caller who has points left. */
export type RequirePoints = (callerKey: string) => Promise<void>;

/**
 * Refuses a caller whose budget is spent, before anything of the request is read, and after a pause. A refusal has its price
 * as well: a caller who sends again at once on many connections would take the router from others by refusals alone.
 */
export const refuseSpentBudgets =
  ({ budget, clock, onRefused }: SpentBudgetOptions): RequirePoints =>
  async (callerKey) => {
    const refusal = await budget.refusal(callerKey);
    if (refusal === undefined) return;
    onRefused();
    await new Promise<void>((resolve) => {
      clock.after(REFUSAL_PAUSE_MS, resolve);
    });
    throw refusal;
  };
