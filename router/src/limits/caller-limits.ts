import type { ServiceMetrics } from '@rentalbook/service-kit';
import type { Clock } from '@rentalbook/timing';
import type { RouterSettings } from '../environment';
import { createArrivals } from './arrivals';
import { createCallerBudget } from './caller-budget';
import { chargeRefused, refuseEarly } from './early-refusal';
import { createFairQueue } from './fair-queue';
import { createHeldBodies } from './held-bodies';
import { HELD_BODIES, QUEUE } from './http-limits';
import { createRefusalPace } from './refusal-pace';

interface CallerLimitsDependencies {
  readonly metrics: ServiceMetrics;
  readonly clock: Clock;
}

/** What each caller may take of the router: its budget of points, its share of the queue, and how it is refused beyond them. */
export function createCallerLimits(settings: RouterSettings, { metrics, clock }: CallerLimitsDependencies) {
  const countRefusal = (kind: string): void => {
    metrics.count('refusals', { kind });
  };
  const budget = createCallerBudget({ member: settings.MEMBER_BUDGET, address: settings.ADDRESS_BUDGET }, clock);
  const pace = createRefusalPace(budget, clock);
  const queue = createFairQueue({
    ...QUEUE,
    perCaller: settings.CALLER_CONCURRENCY,
    targetMs: settings.QUEUE_TARGET_MS,
    intervalMs: settings.QUEUE_INTERVAL_MS,
    priorityOf: (caller, active) => budget.priorityOf(caller, active),
    clock,
    pace,
    onUnserved: countRefusal,
  });
  metrics.gauge('queue_requests', () => queue.waiting());
  metrics.gauge('queue_oldest_wait_seconds', () => queue.oldestWaitMs() / 1_000);
  return {
    budget,
    queue,
    arrivals: createArrivals(),
    requireShare: refuseEarly({ budget, queue, pace, onRefused: countRefusal }),
    chargeRefused: chargeRefused({ budget, pace }),
    requireRoom: createHeldBodies({ ...HELD_BODIES, pace, onRefused: countRefusal }),
  };
}
