import type { RentalbookEvent } from '@rentalbook/event-contracts';

/** The topic no longer has the beginning of a stream: a page made from the rest would lack what came before. */
export class TopicTruncated extends Error {
  override readonly name = 'TopicTruncated';
}

/** Throws {@link TopicTruncated} unless every stream is read from its first event on, without a gap. */
export function createStreamCheck() {
  const reached = new Map<string, number>();
  return (events: readonly RentalbookEvent[]): void => {
    for (const { source, key, sequence } of events) {
      const stream = `${source}/${key}`;
      const before = reached.get(stream) ?? 0;
      if (sequence > before + 1)
        throw new TopicTruncated(
          `The topic has event ${String(sequence)} of ${stream} but not ${String(before + 1)}: its old records are gone, and mypage cannot be rebuilt from it; the page stays as it is.`,
        );
      reached.set(stream, Math.max(before, sequence));
    }
  };
}
