import type { Logger } from '@rentalbook/service-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';

const LOOK_EVERY_MS = 200;
const PATIENCE_MS = 10_000;
const ANSWER_WITHIN_MS = 1_000;

export interface SubgraphArrivals {
  /** Says which subgraphs have not been ready yet; undefined once all were, and for good, or once patience ran out. */
  missing(): string | undefined;
  stop(): void;
}

/**
 * Watches until each subgraph was ready once. After that the router stays ready: one subgraph that goes away must not
 * take everything else with it.
 */
export function watchSubgraphArrivals(
  subgraphs: ReadonlyMap<string, string>,
  logger: Logger,
  patienceMs = PATIENCE_MS,
): SubgraphArrivals {
  const awaited = new Set(subgraphs.keys());
  const stopped = new AbortController();

  const watch = async (name: string, url: string): Promise<void> => {
    while (!stopped.signal.aborted && !(await isReady(new URL('/readyz', url))))
      await delay(LOOK_EVERY_MS, undefined, { ref: false });
    awaited.delete(name);
  };
  const patience = setTimeout(() => {
    if (awaited.size === 0) return;
    logger.warn({ missing: [...awaited] }, 'going on without subgraphs that were never ready');
    awaited.clear();
    stopped.abort();
  }, patienceMs).unref();
  void Promise.all([...subgraphs].map(([name, url]) => watch(name, url))).then(() => {
    clearTimeout(patience);
  });

  return {
    missing: () => (awaited.size === 0 ? undefined : `waiting for ${[...awaited].join(', ')}`),
    stop() {
      stopped.abort();
      clearTimeout(patience);
    },
  };
}

async function isReady(url: URL): Promise<boolean> {
  try {
    const answer = await request(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    await answer.body.dump();
    return answer.statusCode === 200;
  } catch {
    return false;
  }
}
