import { tagsOfEvent } from '@rentalbook/event-contracts';
import { z } from 'zod';
import type { TopicPlace } from './event-fence';
import type { TaggedEvent } from './part';

/** A message of the topic. */
export interface TailedMessage extends TopicPlace {
  readonly value: Buffer | null;
}

/** Messages were lost, or are not what was expected. */
class TailLost extends Error {
  override readonly name = 'TailLost';
}

interface TailPositionOptions {
  readonly onEvent: (event: TaggedEvent, place: TopicPlace) => void;
  /** Everything that was on the topic at that instant has been handled. */
  readonly onLevel: (at: number) => void;
  readonly onLost: () => void;
}

/** How far one session of the tail has handled the topic. What comes before its beginning is known waits; what is missing ends it. */
export class TailPosition {
  private next: number[] | undefined;
  private polled: { readonly sentAt: number; readonly ends: readonly number[] } | undefined;
  private startedAt: readonly number[] = [];
  private fault: TailLost | undefined;
  private readonly early: TailedMessage[] = [];

  constructor(private readonly options: TailPositionOptions) {}

  readonly handlers = {
    onMessage: (message: TailedMessage): void => {
      this.take(message);
    },
    onPassed: (partition: number, offset: number): void => {
      this.pass(partition, offset);
    },
    onLost: (reason: string): void => {
      this.lose(reason);
    },
  };

  begin(ends: readonly number[], onReset: (next: readonly number[]) => void): void {
    this.startedAt = ends;
    this.next = [...ends];
    onReset(this.next);
    for (const message of this.early) this.take(message);
  }

  throwIfLost(): void {
    if (this.fault) throw this.fault;
  }

  /** Takes where the topic ended at that instant; throws where that is not behind what was seen of it. */
  compare(ends: readonly number[] | undefined, sentAt: number): void {
    const before = this.polled?.ends ?? this.startedAt;
    if (ends?.length !== before.length || before.some((end, partition) => (ends[partition] ?? 0) < end))
      throw new TailLost('the topic is another one, or ends before what was seen of it');
    this.polled = { sentAt, ends };
    this.noteIfLevel();
  }

  private take(message: TailedMessage): void {
    if (!this.next) {
      this.early.push(message);
      return;
    }
    const expected = this.next[message.partition] ?? 0;
    if (this.fault || message.offset < expected) return;
    const event = message.offset === expected ? readTagged(message.value) : undefined;
    if (!event) {
      this.lose(message.offset === expected ? 'a message is no event' : 'messages are missing');
      return;
    }
    this.options.onEvent(event, message);
    this.pass(message.partition, message.offset + 1);
  }

  private pass(partition: number, offset: number): void {
    if (!this.next) return;
    this.next[partition] = Math.max(this.next[partition] ?? 0, offset);
    this.noteIfLevel();
  }

  private lose(reason: string): void {
    this.fault ??= new TailLost(reason);
    this.options.onLost();
  }

  private noteIfLevel(): void {
    const { polled, next } = this;
    if (!this.fault && polled?.ends.every((end, partition) => (next?.[partition] ?? 0) >= end))
      this.options.onLevel(polled.sentAt);
  }
}

/** Of any version of any event: a part must not be served because this router is older than the event. */
const anyEvent = z.object({
  source: z.string(),
  key: z.string(),
  sequence: z.int().positive(),
  data: z.object({ userId: z.string().optional() }).optional(),
});

/** Undefined for a message that is no event. */
function readTagged(value: Buffer | null): TaggedEvent | undefined {
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
