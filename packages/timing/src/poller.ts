import { systemClock, type Clock } from './clock';
import { pause } from './pause';

export interface Poller {
  start(): void;
  /** The next poll follows at once instead of after the pause. */
  wake(): void;
  /** Ends the pause, and resolves once the poll that is under way has ended. */
  stop(): Promise<void>;
}

interface PollerOptions {
  /** Milliseconds before the first poll, by default none. */
  readonly firstAfterMs?: number;
  readonly clock?: Clock;
}

/**
 * Calls `poll` again and again until it is stopped; `poll` resolves to the pause before the next call, in milliseconds. It
 * handles its own failures: one that it throws is a bug, and ends the process. A poller keeps no process alive.
 */
export function createPoller(
  poll: (stopping: AbortSignal) => Promise<number>,
  { firstAfterMs = 0, clock = systemClock }: PollerOptions = {},
): Poller {
  const stopping = new AbortController();
  let waking = new AbortController();
  let loop: Promise<void> | undefined;

  const isStopping = (): boolean => stopping.signal.aborted;
  const idle = async (ms: number): Promise<void> => {
    await pause(ms, { clock, signal: waking.signal, holds: false });
    if (waking.signal.aborted) waking = new AbortController();
  };
  const run = async (): Promise<void> => {
    let ms = firstAfterMs;
    while (!isStopping()) {
      if (ms > 0) await idle(ms);
      if (!isStopping()) ms = await poll(stopping.signal);
    }
  };

  return {
    start() {
      loop ??= run();
    },
    wake() {
      waking.abort();
    },
    async stop() {
      stopping.abort();
      waking.abort();
      await loop;
    },
  };
}
