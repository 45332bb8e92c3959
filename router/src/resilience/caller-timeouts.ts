import type { Clock } from '@rentalbook/timing';

/** How long a time-out counts. */
const WINDOW_MS = 5_000;
/** How long the calls of a paused caller fail at once. */
const PAUSE_MS = 1_000;
/** Beyond this number of callers, those with the oldest last time-out are dropped. */
const CALLERS_AT_MOST = 1_000;

interface TimedOut {
  readonly inARow: number;
  readonly at: number;
  /** When the caller's last time-out was that counted for all callers. */
  readonly countedAt: number;
}

export interface CallerTimeouts {
  /** Whether this time-out counts for all callers: once for each caller in five seconds. */
  count(caller: string): boolean;
  /** An answer came in time. */
  reset(caller: string): void;
  /** Whether calls of the caller fail at once, because too many consecutive ones timed out. */
  isPaused(caller: string): boolean;
}

/**
 * An operation of one caller can take too long by itself. So its time-outs pause that caller, and it takes several callers to show
 * that the subgraph is at fault.
 */
export function createCallerTimeouts(inARowToPause: number, clock: Clock): CallerTimeouts {
  const timedOut = new Map<string, TimedOut>();
  const recent = (caller: string): TimedOut | undefined => {
    const known = timedOut.get(caller);
    return known && clock.now() - known.at < WINDOW_MS ? known : undefined;
  };
  return {
    count(caller) {
      const at = clock.now();
      const before = recent(caller);
      const counts = !before || at - before.countedAt >= WINDOW_MS;
      timedOut.delete(caller);
      timedOut.set(caller, { inARow: (before?.inARow ?? 0) + 1, at, countedAt: counts ? at : before.countedAt });
      const [oldest] = timedOut.keys();
      if (timedOut.size > CALLERS_AT_MOST && oldest !== undefined) timedOut.delete(oldest);
      return counts;
    },
    reset(caller) {
      timedOut.delete(caller);
    },
    isPaused(caller) {
      const known = recent(caller);
      return known !== undefined && known.inARow >= inARowToPause && clock.now() - known.at < PAUSE_MS;
    },
  };
}
