import type { Logger } from '@rentalbook/service-kit';
import { pause, type Clock } from '@rentalbook/timing';
import type { TopicPlace } from './event-fence';
import type { TaggedEvent } from './part';
import { TailPosition, type TailedMessage } from './tail-position';

const POLL_EVERY_MS = 500;
/** The cache serves nothing once the tail was last known to be at the end of the topic so long ago. */
const LIVE_FOR_MS = 2_000;
const OPEN_AGAIN_MS = 1_000;
const STOP_WITHIN_MS = 1_000;

/** What the tail needs of Kafka. */
export interface TailedTopic {
  /** Begins at the end of the topic; resolves to the offsets there. */
  open(handlers: {
    readonly onMessage: (message: TailedMessage) => void;
    readonly onPassed: (partition: number, next: number) => void;
    readonly onLost: (reason: string) => void;
  }): Promise<{ readonly ends: readonly number[]; close(): Promise<void> }>;
  /** Undefined when the broker does not have the topic. */
  ends(): Promise<readonly number[] | undefined>;
  committedBy(group: string): Promise<readonly number[]>;
  close(): Promise<void>;
}

export interface TopicTailOptions {
  readonly topic: TailedTopic;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when events may have been missed: whatever was stored before may be stale. */
  readonly onReset: (next: readonly number[]) => void;
  readonly onEvent: (event: TaggedEvent, place: TopicPlace) => void;
  /** The groups whose committed offsets are needed, and what takes them. */
  readonly groups: () => readonly string[];
  readonly onCommitted: (committedBy: ReadonlyMap<string, readonly number[]>) => void;
}

export interface TopicTail {
  /** Whether every event that was on the topic two seconds ago has been handled. */
  isLive(): boolean;
  stop(): Promise<void>;
}

/** Follows the topic from its end, and begins again whenever events may have been missed. */
export function followTopic(options: TopicTailOptions): TopicTail {
  const { clock, logger } = options;
  const stopping = new AbortController();
  let levelAt = -Infinity;
  let wasLevel = false;

  const session = async (): Promise<void> => {
    const position = new TailPosition({
      onEvent: options.onEvent,
      onLevel(sentAt) {
        levelAt = sentAt;
        wasLevel = true;
      },
      onLost() {
        levelAt = -Infinity;
      },
    });
    const tail = await options.topic.open(position.handlers);
    try {
      position.begin(tail.ends, options.onReset);
      while (!stopping.signal.aborted) {
        position.throwIfLost();
        const sentAt = clock.now();
        const ends = await options.topic.ends();
        position.throwIfLost();
        position.compare(ends, sentAt);
        const groups = options.groups();
        const committed = await Promise.all(groups.map((group) => options.topic.committedBy(group)));
        options.onCommitted(new Map(groups.map((group, index) => [group, committed[index] ?? []])));
        await pause(POLL_EVERY_MS, { clock, signal: stopping.signal });
      }
    } finally {
      levelAt = -Infinity;
      await tail.close();
    }
  };

  const run = async (): Promise<void> => {
    let hasFollowed = true;
    while (!stopping.signal.aborted) {
      try {
        await session();
      } catch (error) {
        if (hasFollowed) logger.warn({ err: error }, 'the cache serves nothing until it can follow the topic again');
      }
      hasFollowed = wasLevel;
      wasLevel = false;
      await pause(OPEN_AGAIN_MS, { clock, signal: stopping.signal });
    }
  };
  const running = run();
  return {
    isLive: () => clock.now() - levelAt < LIVE_FOR_MS,
    async stop() {
      stopping.abort();
      // A request that a broker does not answer is not waited for.
      await Promise.race([running, pause(STOP_WITHIN_MS, { clock })]);
      await options.topic.close();
    },
  };
}
