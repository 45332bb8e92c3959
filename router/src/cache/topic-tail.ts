import { tagsOfEvent } from '@rentalbook/event-contracts';
import type { Logger } from '@rentalbook/service-kit';
import { pause, type Clock } from '@rentalbook/timing';
import { z } from 'zod';
import type { TopicPlace } from './event-fence';
import type { TaggedEvent } from './part';

const POLL_EVERY_MS = 500;
/** The cache serves nothing once the tail was last known to be at the end of the topic so long ago. */
const LIVE_FOR_MS = 2_000;
const OPEN_AGAIN_MS = 1_000;
const STOP_WITHIN_MS = 1_000;

/** A message of the topic. */
export interface TailedMessage extends TopicPlace {
  readonly value: Buffer | null;
}

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

/** Messages were lost, or are not what was expected. */
class TailLost extends Error {
  override readonly name = 'TailLost';
}

/** Follows the topic from its end, and begins again whenever events may have been missed. */
export function followTopic(options: TopicTailOptions): TopicTail {
  const { clock, logger } = options;
  const stopping = new AbortController();
  let levelAt = -Infinity;
  let wasLevel = false;

  const session = async (): Promise<void> => {
    let next: number[] | undefined;
    let polled: { readonly sentAt: number; readonly ends: readonly number[] } | undefined;
    let fault: TailLost | undefined;
    const lose = (reason: string): void => {
      fault ??= new TailLost(reason);
      levelAt = -Infinity;
    };
    const noteIfLevel = (): void => {
      if (!fault && polled?.ends.every((end, partition) => (next?.[partition] ?? 0) >= end)) {
        levelAt = polled.sentAt;
        wasLevel = true;
      }
    };
    const pass = (partition: number, offset: number): void => {
      if (!next) return;
      next[partition] = Math.max(next[partition] ?? 0, offset);
      noteIfLevel();
    };
    const early: TailedMessage[] = [];
    const take = (message: TailedMessage): void => {
      if (!next) {
        early.push(message);
        return;
      }
      const expected = next[message.partition] ?? 0;
      if (fault || message.offset < expected) return;
      const event = message.offset === expected ? readTagged(message.value) : undefined;
      if (!event) {
        lose(message.offset === expected ? 'a message is no event' : 'messages are missing');
        return;
      }
      options.onEvent(event, message);
      pass(message.partition, message.offset + 1);
    };
    const throwIfLost = (): void => {
      if (fault) throw fault;
    };

    const tail = await options.topic.open({ onMessage: take, onPassed: pass, onLost: lose });
    try {
      next = [...tail.ends];
      options.onReset(next);
      for (const message of early) take(message);
      while (!stopping.signal.aborted) {
        throwIfLost();
        const sentAt = clock.now();
        const ends = await options.topic.ends();
        throwIfLost();
        const before = polled?.ends ?? tail.ends;
        if (ends?.length !== before.length || before.some((end, partition) => (ends[partition] ?? 0) < end))
          throw new TailLost('the topic is another one, or ends before what was seen of it');
        polled = { sentAt, ends };
        noteIfLevel();
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

/** Of any version of any event: a part must not be served because this router is older than the event. */
const anyEvent = z.object({
  source: z.string(),
  key: z.string(),
  sequence: z.int().positive(),
  data: z.object({ userId: z.string().optional() }).optional(),
});

/** Undefined for a message that is no event. */
export function readTagged(value: Buffer | null): TaggedEvent | undefined {
  const parsed = anyEvent.safeParse(parseJson(value));
  if (!parsed.success) return undefined;
  const { source, key, sequence, data } = parsed.data;
  return { source, key, sequence, tags: tagsOfEvent(source, key, data?.userId) };
}

function parseJson(value: Buffer | null): unknown {
  try {
    return value === null ? undefined : JSON.parse(value.toString('utf8'));
  } catch {
    return undefined;
  }
}
