import { setTimeout as delay } from 'node:timers/promises';

/** An evaluation often queries a whole system: the longer the wait, the rarer the evaluations. */
const LOOK_AGAIN_AFTER_MS = { first: 10, most: 100 };
/** Far beyond what any condition takes on a slow and busy machine: it ends a hopeless wait and asserts no speed. */
export const GIVE_UP_AFTER_MS = 90_000;

export interface Patience {
  /** Milliseconds after which the condition is given up. */
  readonly withinMs?: number;
  /** Milliseconds between two evaluations of the condition, by default 10, then twice as many each time up to 100. */
  readonly everyMs?: number;
  /** The condition in words, for the error. */
  readonly what?: string;
}

/** Waits until a condition holds, and resolves to its result; fails after `withinMs`, by default a minute and a half. */
export async function eventually<Found>(
  condition: () => Promise<Found> | Found,
  { withinMs = GIVE_UP_AFTER_MS, everyMs, what = 'the condition' }: Patience = {},
): Promise<Exclude<Found, false | null | undefined>> {
  const giveUpAt = performance.now() + withinMs;
  const { first, most } = LOOK_AGAIN_AFTER_MS;
  for (let pauseMs = everyMs ?? first; ; pauseMs = everyMs ?? Math.min(pauseMs * 2, most)) {
    const found = await condition();
    if (isHolding(found)) return found;
    if (performance.now() > giveUpAt) throw new Error(`${what} did not come true within ${String(withinMs)} ms`);
    await delay(pauseMs);
  }
}

const isHolding = <Found>(found: Found): found is Exclude<Found, false | null | undefined> =>
  found !== false && found !== null && found !== undefined;
