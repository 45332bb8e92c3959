import { createPauses, type BackOff } from './back-off';
import { systemClock, type Clock } from './clock';
import { pause } from './pause';

interface RetryOptions {
  readonly backOff: BackOff;
  /** Whether the work may succeed later; by default after every error. */
  readonly isTransient?: (error: unknown, attempt: number) => boolean;
  /** Called for each failure that is followed by another attempt. */
  readonly onRetry?: (error: unknown, attempt: number) => void;
  /** Milliseconds, by default without end; the attempt that follows the end is the last. */
  readonly withinMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

/**
 * Repeats `work` until it succeeds; attempts are numbered from 1. Throws its error when that is not transient or the time is over,
 * and the signal's reason when the signal is aborted in a pause.
 */
export async function retry<Result>(
  work: (attempt: number) => Promise<Result>,
  options: RetryOptions,
): Promise<Result> {
  const { backOff, isTransient = () => true, onRetry, withinMs = Infinity, signal, clock = systemClock } = options;
  const giveUpAt = clock.now() + withinMs;
  const pauses = createPauses(backOff);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      if (!isTransient(error, attempt) || clock.now() >= giveUpAt) throw error;
      onRetry?.(error, attempt);
    }
    await pause(pauses.next(), { clock, signal });
    signal?.throwIfAborted();
  }
}
