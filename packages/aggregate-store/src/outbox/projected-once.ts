import { LRUCache } from 'lru-cache';
import { eventsOf, type OutboxEntry } from '../aggregate/aggregate-document';
import type { Projection } from '../aggregate/projection-notifier';

/** Beyond this number, the events that were projected first are forgotten, and projected again before they are sent again. */
const REMEMBERED_AT_MOST = 10_000;

/** Projects the events of outboxes once, however often they are sent until Kafka acknowledges them. */
export function createProjectedOnce(project: Projection) {
  const projected = new LRUCache<string, true>({ max: REMEMBERED_AT_MOST });
  return {
    async project(entries: readonly OutboxEntry[]): Promise<void> {
      const others = entries.filter(({ event }) => !projected.has(event.id));
      if (others.length === 0) return;
      await project(eventsOf(others));
      for (const { event } of others) projected.set(event.id, true);
    },
    acknowledged(entries: readonly OutboxEntry[]): void {
      for (const { event } of entries) projected.delete(event.id);
    },
  };
}
