import { setTimeout as delay } from 'node:timers/promises';
import type { ConsistencyTokens, StreamPosition } from './consistency-token';

/** How long an answer waits for what its consistency token names, in milliseconds. */
const WAIT_MS = 500;
const LOOK_EVERY_MS = 10;

/**
 * Waits until this replica has seen what a consistency token names, at most half a second. Resolves to whether it has;
 * without a token at once. Throws BAD_USER_INPUT for a forged token.
 */
export function readOwnWrites(
  tokens: ConsistencyTokens,
  hasSeen: (position: StreamPosition) => Promise<boolean | undefined>,
): (token: string | undefined) => Promise<boolean> {
  return async (token) => {
    const giveUpAt = performance.now() + WAIT_MS;
    for (const position of tokens.parse(token)) {
      while ((await hasSeen(position)) === false) {
        if (performance.now() > giveUpAt) return false;
        await delay(LOOK_EVERY_MS);
      }
    }
    return true;
  };
}
