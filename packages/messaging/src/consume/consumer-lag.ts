import type { TopicEnds } from '../kafka/topic-ends';

/**
 * How many messages a consumer has still to apply. A fetch says where its partition ended at that moment; while its messages are
 * applied, however long that takes, no other fetch does, so the ends that something else reads count too.
 */
export interface ConsumerLag {
  /** The messages from `offset` on are being applied, of a partition that ended at `end` when they were fetched. */
  fetched(partition: number, offset: number, end: number): void;
  /** All messages before `offset` are applied. */
  applied(partition: number, offset: number): void;
  /** Other partitions may be assigned from here on. */
  clear(): void;
  /** The sum over the assigned partitions, in messages. */
  messages(ends: TopicEnds): number;
}

export function createConsumerLag(): ConsumerLag {
  const partitions = new Map<number, { offset: number; end: number }>();
  return {
    fetched(partition, offset, end) {
      partitions.set(partition, { offset, end });
    },
    applied(partition, offset) {
      const assigned = partitions.get(partition);
      if (assigned) assigned.offset = offset;
    },
    clear() {
      partitions.clear();
    },
    messages: (ends) =>
      [...partitions].reduce((sum, [partition, { offset, end }]) => {
        return sum + Math.max(offset, end, ends[partition] ?? 0) - offset;
      }, 0),
  };
}
