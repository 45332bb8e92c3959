import { BOOK_TAG } from '@rentalbook/event-contracts';
import type { StreamPosition } from '@rentalbook/service-kit';

/** Sequences by source, by key. A source that a key does not list has no influence on the part. */
export type StreamPositions = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What a subgraph says of one part of its answer: that of a root field's fetch, or of one entity. */
export interface PartFacts {
  /** What it depends on: an event that has one of these tags may change it. */
  readonly tags: readonly string[];
  /** The stream positions that it includes. */
  readonly asOf: StreamPositions;
  /** For how long it is true at most, in milliseconds. */
  readonly validMs: number;
  /** Whether it is the same for every caller. */
  readonly isPublic: boolean;
  /** The consumer group by which the subgraph learns of events of other services. */
  readonly consumer: string;
}

/** An event as the cache needs it: its place in its stream, and what may have changed with it. */
export interface TaggedEvent extends StreamPosition {
  readonly tags: readonly string[];
}

/** A stored part. */
export interface StoredPart {
  readonly key: string;
  /** Its JSON: the gateway changes the objects that it is given. */
  readonly text: string;
  readonly tags: readonly string[];
  readonly asOf: StreamPositions;
  /** Positions of the consistency token that the subgraph had applied when it answered. */
  readonly includes: readonly StreamPosition[];
  readonly isPublic: boolean;
  /** By the router's clock. */
  readonly fetchedAt: number;
  readonly expiresAt: number;
  /** Set once it is removed: by an event, for want of room, or by another answer. */
  isRemoved: boolean;
}

/** What a part is known to include. */
export type Included = Pick<StoredPart, 'asOf' | 'includes'>;

/** Whether the part includes the event, or does not depend on its stream. */
export function includesEvent({ asOf, includes }: Included, { source, key, sequence }: StreamPosition): boolean {
  const sources = asOf.get(key);
  const included = sources?.get(source);
  if (sources && (included === undefined || included >= sequence)) return true;
  return includes.some((one) => one.source === source && one.key === key && one.sequence >= sequence);
}

/**
 * Whether a part includes a position of a consistency token. `hasSeen` says whether the tail of the topic has passed the
 * position: a part that still exists then includes it, or does not depend on it.
 */
export function includesPosition(
  part: Included & Pick<StoredPart, 'tags'>,
  position: StreamPosition,
  hasSeen: (position: StreamPosition) => boolean,
): boolean {
  const { asOf, tags } = part;
  if (includesEvent(part, position)) return true;
  if (asOf.has(position.key)) return false;
  const isOfTitles = tags.every((tag) => tag.startsWith(BOOK_TAG) && asOf.has(tag.slice(BOOK_TAG.length)));
  return isOfTitles || hasSeen(position);
}
