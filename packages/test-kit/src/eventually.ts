import { doubling, until, type Clock } from '@rentalbook/timing';
import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';

/** Not the globals, which a test may have replaced by fake ones. */
const realClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
/** An evaluation often queries a whole system: the longer the wait, the rarer the evaluations. */
const PAUSES = doubling({ first: 10, most: 100 });
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
  const holds = async () => {
    const found = await condition();
    return isHolding(found) ? { found } : undefined;
  };
  const held = await until(holds, { every: everyMs ?? PAUSES, withinMs, clock: realClock });
  if (held) return held.found;
  throw new Error(`${what} did not come true within ${String(withinMs)} ms`);
}

const isHolding = <Found>(found: Found): found is Exclude<Found, false | null | undefined> =>
  found !== false && found !== null && found !== undefined;
