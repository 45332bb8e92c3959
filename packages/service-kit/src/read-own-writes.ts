import { setTimeout as delay } from 'node:timers/promises';
import type { ConsistencyTokens, StreamPosition } from './consistency-token';

/** How long an answer waits for what its consistency token names, in milliseconds. */
const WAIT_MS = 500;
const LOOK_EVERY_MS = 10;

/** Whether this replica has seen a place in a stream; undefined for streams that it does not follow. */
export type HasSeen = (position: StreamPosition) => Promise<boolean | undefined>;

/**
 * Waits until this replica has seen what a consistency token names, at most half a second, also when a look takes longer.
 * Resolves to whether it has; without a token at once. A database that is away has not been seen to have it.
 * Throws BAD_USER_INPUT for a forged token.
 */
export function readOwnWrites(
  tokens: ConsistencyTokens,
  hasSeen: HasSeen,
  isUnavailable: (error: unknown) => boolean,
): (token: string | undefined) => Promise<boolean> {
  const look = async (position: StreamPosition): Promise<boolean> => {
    try {
      return (await hasSeen(position)) !== false;
    } catch (error) {
      if (isUnavailable(error)) return false;
      throw error;
    }
  };
  const sawAll = async (positions: readonly StreamPosition[], giveUp: AbortSignal): Promise<boolean> => {
    for (const position of positions)
      while (!(await look(position))) {
        if (giveUp.aborted) return false;
        await delay(LOOK_EVERY_MS);
      }
    return true;
  };

  return async (token) => {
    const positions = tokens.parse(token);
    if (positions.length === 0) return true;
    const done = new AbortController();
    const tooLate = delay(WAIT_MS, false, { signal: done.signal }).catch(() => false);
    try {
      return await Promise.race([sawAll(positions, done.signal), tooLate]);
    } finally {
      done.abort();
    }
  };
}
