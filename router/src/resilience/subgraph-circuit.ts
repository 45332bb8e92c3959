import type { Logger } from '@rentalbook/service-kit';
import { timeLimit, type Clock } from '@rentalbook/timing';
import { circuitBreaker, CircuitState, Event, handleType, type IBackoff } from 'cockatiel';
import { FaultRatio } from './fault-ratio';
import type { SubgraphAnswer } from './subgraph-answer';
import { SubgraphFault, UndecidedTrial, unavailable } from './subgraph-faults';

const OPEN_FOR_MS = 1_000;
/** How long a call waits for the one that tries whether the subgraph is back. */
const TRIAL_PATIENCE_MS = 250;

export interface SubgraphCircuit {
  isClosed(): boolean;
  /** Whether one call tries whether the subgraph is back. */
  isHalfOpen(): boolean;
  /** Waits for the end of that call, a bounded time; true when it takes longer. */
  staysUndecided(): Promise<boolean>;
  /** Does the work, or rejects at once while the circuit is open. */
  execute(work: () => Promise<SubgraphAnswer>): Promise<SubgraphAnswer>;
}

interface SubgraphCircuitOptions {
  readonly name: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** So many faults within five seconds, and more than half of all calls, open the circuit. */
  readonly faultsToOpen: number;
}

/** The circuit breaker of one subgraph. Only an answer closes it again: a trial without answer or fault leaves it open. */
export function createSubgraphCircuit({ name, logger, clock, faultsToOpen }: SubgraphCircuitOptions): SubgraphCircuit {
  const breaker = circuitBreaker(handleType(SubgraphFault).orType(UndecidedTrial), {
    breaker: new FaultRatio(faultsToOpen, clock),
    halfOpenAfter: { next: () => openFor(OPEN_FOR_MS, clock) },
  });
  breaker.onBreak((failure) => {
    if ('error' in failure && failure.error instanceof UndecidedTrial) return;
    const reason = 'error' in failure ? failure.error.message : 'unknown';
    logger.warn({ subgraph: name, reason }, 'a subgraph fails; its callers are answered at once until it is back');
  });
  breaker.onReset(() => {
    logger.info({ subgraph: name }, 'a subgraph is back');
  });

  return {
    isClosed: () => breaker.state === CircuitState.Closed,
    isHalfOpen: () => breaker.state === CircuitState.HalfOpen,

    async staysUndecided() {
      const patience = timeLimit(clock, TRIAL_PATIENCE_MS);
      await Event.toPromise(breaker.onStateChange, patience.signal).catch(() => undefined);
      patience.clear();
      return breaker.state === CircuitState.HalfOpen;
    },

    execute: (work) =>
      breaker.execute(async () => {
        // The breaker is half-open only after it has begun the trial.
        const isTrial = breaker.state === CircuitState.Open;
        try {
          return await work();
        } catch (error) {
          // Cockatiel closes the circuit on every error of the trial that it does not handle, as if that were an answer.
          if (isTrial && !(error instanceof SubgraphFault)) throw UndecidedTrial.of(unavailable(error));
          throw error;
        }
      }),
  };
}

/** How long the breaker stays open. Cockatiel reads Date.now(), which can be set back; this uses the client's clock. */
function openFor(ms: number, clock: Clock): IBackoff<unknown> {
  const until = clock.now() + ms;
  return {
    get duration() {
      return clock.now() < until ? Infinity : -Infinity;
    },
    next: () => openFor(ms, clock),
  };
}
