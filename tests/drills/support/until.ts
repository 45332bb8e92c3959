import { AnsweredWithErrors } from '@rentalbook/test-kit';
import { until as untilFound } from '@rentalbook/timing';
import { faultsIn, isDefect, NotProven } from './not-proven';

const LOOK_EVERY_MS = 250;

export interface Patience {
  readonly withinMs: number;
  /** What is waited for, as the subject of "did not come true"; a function is asked when the wait is over. */
  readonly what: string | (() => string);
  /** How long between two looks: kubectl takes a third of a second of a core for each. */
  readonly everyMs?: number;
}

/**
 * Waits for a condition and resolves to what it found. An answer with errors means: not yet, unless it shows a bug. Throws
 * NotProven when it takes too long, that answer, or the signal's reason.
 */
export async function until<Found>(
  signal: AbortSignal,
  condition: () => Promise<Found> | Found,
  { withinMs, what, everyMs = LOOK_EVERY_MS }: Patience,
): Promise<Exclude<Found, false | undefined>> {
  let fault: AnsweredWithErrors | undefined;
  const holds = async () => {
    const looked = await look(condition);
    ({ fault } = looked);
    return isHolding(looked.found) ? { found: looked.found } : undefined;
  };
  const held = await untilFound(holds, { every: everyMs, withinMs, signal });
  if (held) return held.found;
  signal.throwIfAborted();
  const awaited = typeof what === 'string' ? what : what();
  const because = fault && ` (the router answered ${faultsIn(fault)})`;
  throw new NotProven(`${awaited} did not come true within ${(withinMs / 1_000).toFixed(0)} s${because ?? ''}`);
}

async function look<Found>(
  condition: () => Promise<Found> | Found,
): Promise<{ readonly found?: Found; readonly fault?: AnsweredWithErrors }> {
  try {
    return { found: await condition() };
  } catch (fault) {
    if (fault instanceof AnsweredWithErrors && !isDefect(fault)) return { fault };
    throw fault;
  }
}

const isHolding = <Found>(found: Found): found is Exclude<Found, false | undefined> =>
  found !== false && found !== undefined;
