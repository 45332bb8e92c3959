import { type Logger } from '@rentalbook/service-kit';
import { createPoller, systemClock, type Clock } from '@rentalbook/timing';
import { Agent } from 'undici';

const POLL_EVERY_MS = { untilReady: 200, afterwards: 1_000 };
const PATIENCE_MS = 10_000;
const ANSWER_WITHIN_MS = 1_000;

export interface SubgraphPresence {
  /** The subgraphs that have not been ready yet; undefined for good once all were, or once patience ran out. */
  missing(): string | undefined;
  /** The subgraphs that were ready once and have not answered for longer than `goneAfterMs`. */
  gone(): string | undefined;
  stop(): void;
}

export interface PresenceOptions {
  readonly logger: Logger;
  readonly goneAfterMs: number;
  readonly patienceMs?: number;
  /** Measures how long a subgraph is silent; it is polled by the clock of the process. */
  readonly clock?: Clock;
}

interface Watched {
  readonly name: string;
  readonly url: URL;
  wasReady: boolean;
  /** Since when no poll has been answered, on the clock; undefined while it answers. */
  silentSince: number | undefined;
}

/** Polls `/readyz` of each subgraph: until it was ready once, and from then on whether it answers at all. */
export function watchSubgraphs(
  subgraphs: ReadonlyMap<string, string>,
  { logger, goneAfterMs, patienceMs = PATIENCE_MS, clock = systemClock }: PresenceOptions,
): SubgraphPresence {
  const watched = [...subgraphs].map(([name, url]): Watched => ({
    name,
    url: new URL('/readyz', url),
    wasReady: false,
    silentSince: undefined,
  }));
  const namesOf = (some: readonly Watched[]): string => some.map(({ name }) => name).join(', ');
  const awaited = (): readonly Watched[] => watched.filter(({ wasReady }) => !wasReady);
  // An agent of its own: the global one goes through HTTP_PROXY where NODE_USE_ENV_PROXY is set.
  const agent = new Agent();
  let isPatient = true;

  const poll = async (subgraph: Watched): Promise<number> => {
    const status = await statusOf(subgraph.url, agent);
    subgraph.wasReady ||= status === 200;
    subgraph.silentSince = status === undefined ? (subgraph.silentSince ?? clock.now()) : undefined;
    return subgraph.wasReady ? POLL_EVERY_MS.afterwards : POLL_EVERY_MS.untilReady;
  };
  const endPatience = systemClock.after(patienceMs, () => {
    if (awaited().length === 0) return;
    logger.warn({ missing: awaited().map(({ name }) => name) }, 'going on without subgraphs that were never ready');
    isPatient = false;
  });
  const pollers = watched.map((subgraph) => createPoller(() => poll(subgraph)));
  for (const { start } of pollers) start();

  return {
    missing: () => (isPatient && awaited().length > 0 ? `waiting for ${namesOf(awaited())}` : undefined),
    gone() {
      const silent = watched.filter(
        ({ wasReady, silentSince }) =>
          wasReady && silentSince !== undefined && clock.now() - silentSince >= goneAfterMs,
      );
      if (silent.length === 0) return undefined;
      return `no answer for ${String(goneAfterMs)} ms from ${namesOf(silent)}`;
    },
    stop() {
      for (const { stop } of pollers) void stop();
      endPatience();
      void agent.destroy();
    },
  };
}

/** The status of `/readyz`; undefined without an answer. */
async function statusOf(url: URL, agent: Agent): Promise<number | undefined> {
  try {
    const answer = await agent.request({
      origin: url.origin,
      path: url.pathname,
      method: 'GET',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await answer.body.dump();
    return answer.statusCode;
  } catch {
    return undefined;
  }
}
