import { tagsOfEvent } from '@rentalbook/event-contracts';
import { claimedPositions, type Caller, type Logger, type StreamPosition } from '@rentalbook/service-kit';
import type { Clock } from '@rentalbook/timing';
import { AnswerStore } from './answer-store';
import { CachedFetches, type FetchResult } from './cached-fetches';
import { EventFence } from './event-fence';
import type { TaggedEvent } from './part';
import { readFacts } from './part-facts';
import { PartStore } from './part-store';
import { followTopic, type TailedTopic } from './topic-tail';
import { createUsedParts, type UsedParts } from './used-parts';

/** What the cache knows of one request. */
export interface RequestCache {
  readonly used: UsedParts;
  /** The positions that its consistency token claims; undefined where nothing may be served to it from the cache. */
  readonly positions: readonly StreamPosition[] | undefined;
  /** Whatever its answer depends on beside caller and operation. */
  readonly variant: string;
}

export interface AnswerCache {
  readonly fetches: CachedFetches;
  readonly answers: AnswerStore;
  isLive(): boolean;
  forRequest(consistencyToken: string | undefined, variant: string): RequestCache;
  /** Takes the extensions of a mutation's answer: what it changed is not served any more, before its events come by. */
  changed(extensions: unknown, caller: Caller | null): void;
  /** The seconds since the oldest stored part of the answer was fetched; undefined where none was used. */
  ageOf(request: RequestCache): number | undefined;
  bytes(): { readonly parts: number; readonly answers: number };
  stop(): Promise<void>;
}

export interface AnswerCacheOptions {
  readonly topic: TailedTopic;
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onResult: (subgraph: string, result: FetchResult) => void;
  /** Called with the number of parts that an event, or the answer of a mutation, has removed. */
  readonly onInvalidated: (count: number) => void;
}

/** Answers of subgraphs and whole answers, which events invalidate. It serves nothing while it cannot follow the topic. */
export function openAnswerCache(options: AnswerCacheOptions): AnswerCache {
  const { clock, logger, maxBytes } = options;
  const fence = new EventFence();
  const store = new PartStore(maxBytes / 2);
  const answers = new AnswerStore(maxBytes / 2);
  const invalidate = (event: TaggedEvent): void => {
    const count = store.invalidate(event);
    if (count > 0) options.onInvalidated(count);
  };
  const tail = followTopic({
    ...{ topic: options.topic, clock, logger },
    onReset(next) {
      fence.reset(next);
      store.clear();
    },
    onEvent(event, place) {
      fence.see(event, place);
      invalidate(event);
    },
    groups: () => fence.groups,
    onCommitted: (committedBy) => {
      fence.commit(committedBy);
    },
  });
  const { isLive } = tail;

  return {
    fetches: new CachedFetches({ store, fence, isLive, clock, count: options.onResult }),
    answers,
    isLive,
    forRequest: (consistencyToken, variant) => ({
      used: createUsedParts(),
      positions: claimedPositions(consistencyToken),
      variant,
    }),
    changed(extensions, caller) {
      for (const position of readFacts(extensions).changes) {
        const event = { ...position, tags: tagsOfEvent(position.source, position.key, caller?.memberId) };
        fence.expect(event);
        invalidate(event);
      }
    },
    ageOf({ used }) {
      const oldest = used.oldestHit();
      return oldest === undefined ? undefined : Math.floor((clock.now() - oldest) / 1_000);
    },
    bytes: () => ({ parts: store.bytes, answers: answers.bytes }),
    stop: () => tail.stop(),
  };
}
