import type { Clock } from '@rentalbook/timing';

export interface ManualClock extends Clock {
  /** Moves the time on and calls back, in order, whatever is due by then. */
  advance(ms: number): void;
  /** How many callbacks wait for their time. */
  pending(): number;
}

/** A clock that stands still until a test advances it. */
export function createManualClock(): ManualClock {
  let time = 0;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  const nextBy = (until: number) => [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => time,
    after(ms, callback) {
      const timer = { at: time + ms, callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance(ms) {
      const until = time + ms;
      for (let next = nextBy(until); next; next = nextBy(until)) {
        timers.delete(next);
        time = Math.max(time, next.at);
        next.callback();
      }
      time = until;
    },
    pending: () => timers.size,
  };
}
