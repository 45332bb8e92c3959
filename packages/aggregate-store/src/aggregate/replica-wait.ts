import { validate, version } from 'uuid';

/** How long an event takes at most, on its way between two services that are well. */
const REPLICA_WITHIN_MS = 2_000;

/**
 * The wait of one request for a key that another service has just published. It waits for one key only, and only for an id
 * of less than two seconds before or after now: ids that a client makes up cost at most one wait.
 */
export function waitOncePerRequest(
  waitFor: (key: string, ms: number) => Promise<unknown>,
  leftMs: () => number,
  now: () => number = Date.now,
): (key: string) => Promise<void> {
  let hasWaited = false;
  return async (key) => {
    // The time in an id is of another machine's clock, which may be ahead of this one.
    const isRecent = Math.abs(now() - madeAt(key)) < REPLICA_WITHIN_MS;
    if (hasWaited || !isRecent) return;
    hasWaited = true;
    await waitFor(key, Math.min(REPLICA_WITHIN_MS, leftMs()));
  };
}

/** Milliseconds since the epoch, from a UUID of version 7; NaN for anything else. */
export const madeAt = (id: string): number =>
  validate(id) && version(id) === 7 ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : NaN;
