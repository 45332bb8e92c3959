import { setTimeout as delay } from 'node:timers/promises';
import { NotProven } from './drill';

const LOOK_EVERY_MS = 250;

export interface Patience {
  readonly withinMs: number;
  /** What is waited for, as the subject of "did not come true". */
  readonly what: string;
}

/** Waits for a condition and resolves to what it found; throws NotProven when it takes too long, or the signal's reason. */
export async function until<Found>(
  signal: AbortSignal,
  condition: () => Promise<Found> | Found,
  { withinMs, what }: Patience,
): Promise<Exclude<Found, false | undefined>> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    signal.throwIfAborted();
    const found = await condition();
    if (isHolding(found)) return found;
    if (performance.now() > giveUpAt)
      throw new NotProven(`${what} did not come true within ${(withinMs / 1_000).toFixed(0)} s`);
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => {
      signal.throwIfAborted();
    });
  }
}

const isHolding = <Found>(found: Found): found is Exclude<Found, false | undefined> =>
  found !== false && found !== undefined;
