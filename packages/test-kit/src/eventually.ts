import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 10;
/** Far beyond what any condition takes, also on a slow and busy machine: it ends a wait that is in vain, and asserts no speed. */
export const GIVE_UP_AFTER_MS = 90_000;

export interface Patience {
  /** Milliseconds after which the condition is given up. */
  readonly withinMs?: number;
  /** Milliseconds between two evaluations of the condition, by default ten; more where one evaluation is expensive. */
  readonly everyMs?: number;
  /** What is waited for, for the error. */
  readonly what?: string;
}

/** Waits until a condition holds, and resolves to what it found; fails after `withinMs`, by default a minute and a half. */
export async function eventually<Found>(
  condition: () => Promise<Found> | Found,
  { withinMs = GIVE_UP_AFTER_MS, everyMs = LOOK_EVERY_MS, what = 'the condition' }: Patience = {},
): Promise<Exclude<Found, false | null | undefined>> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const found = await condition();
    if (isHolding(found)) return found;
    if (performance.now() > giveUpAt) throw new Error(`${what} did not come true within ${String(withinMs)} ms`);
    await delay(everyMs);
  }
}

const isHolding = <Found>(found: Found): found is Exclude<Found, false | null | undefined> =>
  found !== false && found !== null && found !== undefined;
