import type { RentalbookEvent } from '@rentalbook/event-contracts';

/** Something of a stream is missing, and nobody decided to go on without it. */
export class StreamBroken extends Error {
  override readonly name = 'StreamBroken';
}

/**
 * Throws {@link StreamBroken} unless every stream is read from its first event on, without a gap but those that are
 * accepted. `remedy` ends the sentence.
 */
export function createStreamCheck(isAccepted: (event: RentalbookEvent) => Promise<boolean>, remedy: string) {
  const reached = new Map<string, number>();
  return async (events: readonly RentalbookEvent[]): Promise<void> => {
    for (const event of events) {
      const stream = `${event.source}/${event.key}`;
      const before = reached.get(stream) ?? 0;
      if (event.sequence > before + 1 && !(await isAccepted(event)))
        throw new StreamBroken(
          `There is event ${String(event.sequence)} of ${stream} but not ${String(before + 1)}; ${remedy} The page stays as it is.`,
        );
      reached.set(stream, Math.max(before, event.sequence));
    }
  };
}
