import { BoundedMap } from '@rentalbook/service-kit';
import { includesEvent, type StoredPart, type TaggedEvent } from './part';

/** The objects of one part, in bytes. */
const PART_BYTES = 400;
const TAG_BYTES = 150;

/** The parts by their keys, bounded by the bytes that they hold; the least recently used ones are removed first. */
export class PartStore {
  private readonly parts: BoundedMap<StoredPart>;
  private readonly byTag = new Map<string, Set<StoredPart>>();

  constructor(maxBytes: number) {
    this.parts = new BoundedMap<StoredPart>({
      maxBytes,
      bytesOf: ({ key, text, tags, asOf, includes }) =>
        PART_BYTES + 2 * (key.length + text.length) + TAG_BYTES * (tags.length + 2 * asOf.size + includes.length),
      onRemoved: (part) => {
        this.unindex(part);
      },
    });
  }

  get bytes(): number {
    return this.parts.bytes;
  }

  get(key: string): StoredPart | undefined {
    return this.parts.get(key);
  }

  set(part: StoredPart): void {
    if (!this.parts.set(part.key, part)) {
      part.isRemoved = true;
      return;
    }
    for (const tag of part.tags) {
      const parts = this.byTag.get(tag);
      if (parts) parts.add(part);
      else this.byTag.set(tag, new Set([part]));
    }
  }

  /** Removes every part that the event may have changed; returns how many. */
  invalidate(event: TaggedEvent): number {
    const stale = new Set<StoredPart>();
    for (const tag of event.tags)
      for (const part of this.byTag.get(tag) ?? []) if (!includesEvent(part, event)) stale.add(part);
    for (const { key } of stale) this.parts.delete(key);
    return stale.size;
  }

  clear(): void {
    this.parts.clear();
  }

  private unindex(part: StoredPart): void {
    part.isRemoved = true;
    for (const tag of part.tags) {
      const parts = this.byTag.get(tag);
      parts?.delete(part);
      if (parts?.size === 0) this.byTag.delete(tag);
    }
  }
}
