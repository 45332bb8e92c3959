import { createPoller, type Clock } from '@rentalbook/timing';
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';

const WINDOW_MS = 5_000;
const NANOSECONDS = 1e9;

/** What node measures, in nanoseconds. */
type Delays = Pick<IntervalHistogram, 'enable' | 'disable' | 'percentile' | 'reset'>;

export interface EventLoopDelay {
  start(): void;
  /** Seconds by which one callback in a hundred is late, in the last whole window or, where that is more, in the one that runs. */
  seconds(): number;
  stop(): Promise<void>;
}

/** Measures in windows of its own: a metric that begins anew with each reading shows the second of two Prometheuses nothing. */
export function createEventLoopDelay(clock: Clock, delays: Delays = monitorEventLoopDelay()): EventLoopDelay {
  const now = (): number => delays.percentile(99) / NANOSECONDS;
  let ofLastWindow = 0;
  const windows = createPoller(
    () => {
      ofLastWindow = now();
      delays.reset();
      return Promise.resolve(WINDOW_MS);
    },
    { firstAfterMs: WINDOW_MS, clock },
  );
  return {
    start() {
      delays.enable();
      windows.start();
    },
    seconds: () => Math.max(ofLastWindow, now()),
    async stop() {
      await windows.stop();
      delays.disable();
    },
  };
}
