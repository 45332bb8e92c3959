import type { Log, Metrics, TopicEnds, TopicReader } from '@rentalbook/messaging';
import { createPoller, systemClock, type Clock } from '@rentalbook/timing';
import type { Connection } from 'mongoose';
import { isInitialized, lostDatabase } from '@rentalbook/mongo';
import type { TopicPosition } from './topic-position';

export interface EngineWatchOptions {
  readonly topic: string;
  readonly connection: Connection;
  readonly reader: TopicReader;
  /** Creates the topic where it is missing. */
  readonly createTopic: () => Promise<void>;
  readonly position: TopicPosition;
  /** Stops the service in order, so that its next start makes the database again. */
  readonly end: (reason: string) => void;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds. */
  readonly everyMs?: number;
  readonly clock?: Clock;
}

export interface EngineWatch {
  /** Compares the topic with what this database saw of it before, at once, and watches both from then on. */
  start(): void;
  /** Milliseconds since Kafka last answered for the topic; how far a consumer is behind is not known meanwhile. */
  unknownForMs(): number;
  /** The ends of the topic when Kafka last answered for it. */
  ends(): TopicEnds;
  stop(): Promise<void>;
}

const EVERY_MS = 5_000;
const HOW_TO_GO_ON =
  'docs/trouble.md, "Kafka lost its topic", says how to go on: rebuild MyPage, and settle the keys that npm run dead-letters -- list names';

/**
 * Finds out that Kafka lost the topic, or that MongoDB lost the database, while the service runs or while it was stopped. A topic
 * that is gone is created again and reported; a database that is gone ends the service, whose next start makes it again.
 */
export function createEngineWatch(options: EngineWatchOptions): EngineWatch {
  const { topic, connection, reader, position, log, metrics, clock = systemClock, everyMs = EVERY_MS } = options;
  let known: TopicEnds | undefined;
  let answeredAt = clock.now();

  const watchTopic = async (): Promise<void> => {
    // Read before the ends: another replica may keep a newer position meanwhile, and the topic only grows.
    const before = known ?? (await position.read());
    const ends = await reader.ends();
    if (!ends) {
      metrics.count('engine_losses', { kind: 'topic_missing' });
      log.error({ topic }, `Kafka has no topic ${topic} any more; it is created again, empty. ${HOW_TO_GO_ON}`);
      await options.createTopic();
      known = [];
      return;
    }
    if (before && isBehind(ends, before)) {
      metrics.count('engine_losses', { kind: 'topic_behind' });
      log.error(
        { topic, ends, before },
        `the topic ${topic} ends before what this database has seen of it: it is a new one, or an older backup. ${HOW_TO_GO_ON}`,
      );
    }
    answeredAt = clock.now();
    known = ends;
    if (!before || ends.some((end, partition) => end !== before[partition])) await position.write(ends);
  };
  const watchDatabase = async (): Promise<void> => {
    if (await isInitialized(connection)) return;
    metrics.count('engine_losses', { kind: 'database_missing' });
    const reason = `${lostDatabase(connection)}; the next start of the service makes it again`;
    log.error({ database: connection.name }, reason);
    options.end(reason);
  };
  const check = async (what: () => Promise<void>): Promise<void> => {
    await what().catch((error: unknown) => {
      log.debug({ err: error }, 'an engine does not answer');
    });
  };
  const poll = async (): Promise<number> => {
    await Promise.all([check(watchTopic), check(watchDatabase)]);
    return everyMs;
  };
  const poller = createPoller(poll, { clock });
  return {
    start: poller.start,
    unknownForMs: () => Math.max(0, clock.now() - answeredAt),
    ends: () => known ?? [],
    async stop() {
      await poller.stop();
      await reader.close();
    },
  };
}

const isBehind = (ends: TopicEnds, before: TopicEnds): boolean =>
  before.some((end, partition) => (ends[partition] ?? 0) < end);
