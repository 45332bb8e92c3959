import { systemClock, until, type Clock } from '@rentalbook/timing';
import type { ConsistencyTokens, StreamPosition } from './consistency-token';
import type { Logger } from '../process/logger';
import type { ServiceMetrics } from '../telemetry/metrics';

/** How long an answer waits for the positions of its consistency token, in milliseconds. */
const WAIT_MS = 500;
const POLL_EVERY_MS = 10;

/** Whether this replica has consumed a position of a stream; undefined for streams that it does not follow. */
export type HasConsumed = (position: StreamPosition) => Promise<boolean | undefined>;

export interface ReadOwnWritesOptions {
  readonly tokens: ConsistencyTokens;
  readonly hasConsumed: HasConsumed;
  readonly isUnavailable: (error: unknown) => boolean;
  readonly logger: Logger;
  readonly metrics: ServiceMetrics;
  readonly clock?: Clock;
}

/**
 * Waits until this replica has consumed what a consistency token names, at most half a second, also when a query takes longer.
 * Resolves to whether it has; without a token at once. An unavailable database counts as behind. The header is
 * optional: a token that no mutation returned is counted and ignored, and the answer is marked stale.
 */
export function readOwnWrites(options: ReadOwnWritesOptions): (header: string | undefined) => Promise<boolean> {
  const { tokens, hasConsumed, isUnavailable, logger, metrics, clock = systemClock } = options;
  const isConsumed = async (position: StreamPosition): Promise<boolean> => {
    try {
      return (await hasConsumed(position)) !== false;
    } catch (error) {
      if (isUnavailable(error)) return false;
      throw error;
    }
  };
  const consumedAll = async (positions: readonly StreamPosition[], tooLate: AbortSignal): Promise<boolean> => {
    for (const position of positions) {
      const find = async () => (await isConsumed(position)) || undefined;
      if (!(await until(find, { every: POLL_EVERY_MS, signal: tooLate, clock }))) return false;
    }
    return true;
  };

  return async (header) => {
    const { positions, ignored } = tokens.parse(header);
    if (ignored > 0) {
      metrics.count('ignored_consistency_tokens', {}, ignored);
      logger.debug({ ignored }, 'a consistency token was ignored: no mutation returned it');
    }
    if (positions.length === 0) return ignored === 0;
    const done = new AbortController();
    const tooLate = new Promise<boolean>((resolve) => {
      const clear = clock.after(WAIT_MS, () => {
        resolve(false);
      });
      done.signal.addEventListener('abort', clear);
    });
    try {
      const consumedKnown = await Promise.race([consumedAll(positions, done.signal), tooLate]);
      return consumedKnown && ignored === 0;
    } finally {
      done.abort();
    }
  };
}
