import { createPauses, type BackOff } from './back-off';
import { systemClock, type Clock } from './clock';
import { pause } from './pause';

interface UntilOptions {
  readonly every: BackOff;
  /** Milliseconds, by default without end. */
  readonly withinMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

/**
 * Polls until `find` resolves to something, and resolves to that; undefined when the time is over or the signal is aborted. The last
 * poll begins after the end of the time, so that what came in time is found.
 */
export async function until<Found>(
  find: () => Promise<Found | undefined> | Found | undefined,
  { every, withinMs = Infinity, signal, clock = systemClock }: UntilOptions,
): Promise<Found | undefined> {
  const giveUpAt = clock.now() + withinMs;
  const pauses = createPauses(every);
  while (!signal?.aborted) {
    const isLast = clock.now() >= giveUpAt;
    const found = await find();
    if (found !== undefined || isLast) return found;
    await pause(pauses.next(), { clock, signal });
  }
  return undefined;
}
