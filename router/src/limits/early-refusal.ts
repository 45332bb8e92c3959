import type { CallerBudget } from './caller-budget';
import type { FairQueue } from './fair-queue';
import { POINTS_PER_REFUSAL, refuseInPace, type RefusalPace } from './refusal-pace';

export interface EarlyRefusalOptions {
  readonly budget: Pick<CallerBudget, 'refusal'>;
  readonly queue: Pick<FairQueue, 'refusal'>;
  readonly pace: RefusalPace;
  readonly onRefused: (kind: 'budget' | 'shed') => void;
}

/** Resolves for a caller of whom one more request is served. */
export type RequireShare = (callerKey: string) => Promise<void>;

/** Refuses a caller whose budget is spent, or whose line in the queue is shed, before anything of the request is read. */
export function refuseEarly({ budget, queue, pace, onRefused }: EarlyRefusalOptions): RequireShare {
  return async (callerKey) => {
    const spent = await budget.refusal(callerKey);
    const refusal = spent ?? queue.refusal(callerKey);
    if (refusal === undefined) return;
    onRefused(spent ? 'budget' : 'shed');
    await refuseInPace(pace, callerKey, refusal);
  };
}

/** Resolves when a refusal is due that ended a request before it became an operation, to whether it is answered. */
export type ChargeRefused = (callerKey: string) => Promise<boolean>;

/** Takes what such a refusal costs from its caller's budget; once that is spent, the refusals are answered in their caller's pace. */
export function chargeRefused({
  budget,
  pace,
}: {
  readonly budget: Pick<CallerBudget, 'charge' | 'refusal'>;
  readonly pace: RefusalPace;
}): ChargeRefused {
  return async (callerKey) => {
    if (await budget.refusal(callerKey)) return pace(callerKey);
    await budget.charge(callerKey, POINTS_PER_REFUSAL);
    return true;
  };
}
