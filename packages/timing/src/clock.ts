/** The time that a part waits by: the process's own clock, or one that a test advances. */
export interface Clock {
  /** Milliseconds; never goes back. */
  now(): number;
  /**
   * Calls back once after so many milliseconds. The function that it returns cancels the call. A process that has nothing else
   * to do ends before, unless the wait `holds` it.
   */
  after(ms: number, callback: () => void, holds?: boolean): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback, holds = false) {
    const timer = setTimeout(callback, Math.ceil(ms));
    if (!holds) timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

export interface TimeLimit {
  /** Aborts with a TimeoutError when the time is over. */
  readonly signal: AbortSignal;
  /** Ends the timer; the signal is not aborted any more. */
  clear(): void;
}

export function timeLimit(clock: Clock, ms: number): TimeLimit {
  const over = new AbortController();
  const clear = clock.after(ms, () => {
    over.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  });
  return { signal: over.signal, clear };
}
