import type { StreamPosition } from '@rentalbook/service-kit';
import { includesEvent, type Included, type PartFacts, type TaggedEvent } from './part';

/** Where a message is in the topic. */
export interface TopicPlace {
  readonly partition: number;
  readonly offset: number;
}

/** A consumer group of a subgraph. */
interface Consumer {
  /** It has applied what precedes these offsets; by partition. */
  readonly committed: readonly number[];
  /** Whether it has applied every event that is not remembered. */
  readonly isLevel: boolean;
}

/** What was known when a fetch began: the answer may be from any time after it. */
export interface FetchStart {
  readonly epoch: number;
  readonly seen: number;
  readonly forgotten: number;
  readonly consumers: ReadonlyMap<string, Consumer>;
}

interface Remembered extends TaggedEvent {
  /** Counts the events in the order in which they were seen; Infinity for one that a mutation's answer named. */
  readonly number: number;
  readonly place: TopicPlace | undefined;
}

/** Beyond this number of events, a group that has not applied the oldest of them counts as behind. */
const REMEMBERED_AT_MOST = 20_000;
const POSITIONS_AT_MOST = 20_000;
const OWN_AT_MOST = 1_000;
const streamOf = ({ source, key }: StreamPosition): string => `${source} ${key}`;

/**
 * Decides whether an answer may be stored. It may if it includes every event of its tags that was seen by then: because it says so
 * (`asOf`), or because the subgraph had applied the event before the fetch began. An event is remembered until every
 * group has applied it; from then on, every fetch that begins includes it.
 */
export class EventFence {
  private epoch = 0;
  private seen = 0;
  private forgotten = 0;
  private queue: Remembered[] = [];
  private readonly byTag = new Map<string, Set<Remembered>>();
  /** Events that answers of mutations named and that were not seen yet. */
  private readonly own = new Map<string, Remembered>();
  private readonly newest = new Map<string, number>();
  private consumers: ReadonlyMap<string, Consumer> = new Map();
  /** Offsets up to which a group has to have applied the topic before it is level; by group and partition. */
  private readonly levels = new Map<string, number[]>();
  /** The offset behind the last event seen; by partition. */
  private next: number[] = [];

  constructor(private readonly rememberedAtMost = REMEMBERED_AT_MOST) {}

  /** Starts anew at these offsets: what was published before is not known. */
  reset(next: readonly number[]): void {
    this.epoch += 1;
    this.next = [...next];
    this.queue = [];
    this.byTag.clear();
    // Those may not be published yet.
    for (const event of this.own.values()) this.index(event);
    this.newest.clear();
    const groups = [...this.levels.keys()];
    this.consumers = new Map();
    for (const group of groups) this.levels.set(group, [...next]);
  }

  /** The groups whose committed offsets are needed. */
  get groups(): readonly string[] {
    return [...this.levels.keys()];
  }

  get remembered(): number {
    return this.queue.length;
  }

  begin(): FetchStart {
    const { epoch, seen, forgotten, consumers } = this;
    return { epoch, seen, forgotten, consumers };
  }

  /** Whether an answer of `subgraph` to a fetch that began at `start` includes everything that was seen until now. */
  accepts(part: PartFacts & Included, subgraph: string, start: FetchStart): boolean {
    const { tags, consumer } = part;
    if (!this.levels.has(consumer)) this.levels.set(consumer, [...this.next]);
    const known = start.consumers.get(consumer);
    if (start.epoch !== this.epoch || start.forgotten !== this.forgotten || !known?.isLevel) return false;
    const isIncluded = (event: Remembered): boolean => {
      if (includesEvent(part, event)) return true;
      if (event.number > start.seen) return false;
      // A service's own events are in its database before they are on the topic.
      return event.source === subgraph || isApplied(event, known);
    };
    return tags.every((tag) => [...(this.byTag.get(tag) ?? [])].every(isIncluded));
  }

  /** Records an event of the topic. */
  see(event: TaggedEvent, place: TopicPlace): void {
    this.seen += 1;
    this.next[place.partition] = place.offset + 1;
    const stream = streamOf(event);
    const newest = Math.max(event.sequence, this.newest.get(stream) ?? 0);
    this.newest.delete(stream);
    this.newest.set(stream, newest);
    const [oldest] = this.newest.keys();
    if (this.newest.size > POSITIONS_AT_MOST && oldest !== undefined) this.newest.delete(oldest);
    const own = this.own.get(stream);
    if (own && own.sequence <= event.sequence) this.forgetOwn(stream, own);
    const remembered = { ...event, number: this.seen, place };
    this.queue.push(remembered);
    this.index(remembered);
    if (this.queue.length > this.rememberedAtMost) this.leaveBehind();
  }

  /** Records a change that the answer of a mutation named, before its event is seen. */
  expect(event: TaggedEvent): void {
    const stream = streamOf(event);
    const own = this.own.get(stream);
    if (this.hasSeen(event)) return;
    if (own) this.forgetOwn(stream, own);
    // Until the last of several changes is seen, the others count as not seen either.
    const sequence = Math.max(event.sequence, own?.sequence ?? 0);
    const tags = [...new Set([...event.tags, ...(own?.tags ?? [])])];
    const expected = { ...event, sequence, tags, number: Infinity, place: undefined };
    this.own.set(stream, expected);
    this.index(expected);
    const [oldest] = this.own;
    if (this.own.size > OWN_AT_MOST && oldest) this.forgetOwn(...oldest);
  }

  /** Whether this or a later event of the stream came by. */
  hasSeen(position: StreamPosition): boolean {
    return (this.newest.get(streamOf(position)) ?? 0) >= position.sequence;
  }

  /** Takes the committed offsets of the groups, and forgets what all of them have applied. */
  commit(committedBy: ReadonlyMap<string, readonly number[]>): void {
    this.consumers = this.withLevels(committedBy);
    const level = [...this.consumers.values()].filter(({ isLevel }) => isLevel);
    const kept = this.queue.findIndex((event) => !level.every((consumer) => isApplied(event, consumer)));
    this.forget(kept < 0 ? this.queue.length : kept);
  }

  private withLevels(committedBy: ReadonlyMap<string, readonly number[]>): ReadonlyMap<string, Consumer> {
    const isLevel = (group: string, committed: readonly number[]): boolean =>
      this.levels.get(group)?.every((level, partition) => (committed[partition] ?? 0) >= level) ?? false;
    return new Map(
      [...committedBy].map(([group, committed]) => [group, { committed, isLevel: isLevel(group, committed) }]),
    );
  }

  /** A group that is far behind does not keep events remembered: it is not level any more until it has applied them. */
  private leaveBehind(): void {
    this.forget(Math.ceil(this.queue.length / 2));
    this.consumers = this.withLevels(new Map([...this.consumers].map(([group, { committed }]) => [group, committed])));
  }

  private forget(count: number): void {
    for (const event of this.queue.slice(0, count)) {
      this.unindex(event);
      this.raiseLevels(event);
    }
    this.forgotten += count;
    this.queue = this.queue.slice(count);
  }

  /** What is forgotten has to be applied before a group that is not level becomes so. */
  private raiseLevels({ place }: Remembered): void {
    if (!place) return;
    for (const offsets of this.levels.values())
      offsets[place.partition] = Math.max(offsets[place.partition] ?? 0, place.offset + 1);
  }

  private forgetOwn(stream: string, event: Remembered): void {
    this.own.delete(stream);
    this.unindex(event);
  }

  private index(event: Remembered): void {
    for (const tag of event.tags) {
      const events = this.byTag.get(tag);
      if (events) events.add(event);
      else this.byTag.set(tag, new Set([event]));
    }
  }

  private unindex(event: Remembered): void {
    for (const tag of event.tags) {
      const events = this.byTag.get(tag);
      events?.delete(event);
      if (events?.size === 0) this.byTag.delete(tag);
    }
  }
}

const isApplied = ({ place }: Remembered, { committed }: Consumer): boolean =>
  place !== undefined && (committed[place.partition] ?? 0) > place.offset;
