import type { ConsumedEvent } from '@rentalbook/messaging';

/** The largest number that GraphQL's Int holds: almost 25 days in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

type RunOfEvents = readonly Pick<ConsumedEvent, 'event' | 'publishedAt'>[];

/**
 * Milliseconds since the epoch. A replayed dead letter does not have the time of its first publication, which followed the
 * decision.
 */
const publishedAt = ({ event, publishedAt: sentAt }: RunOfEvents[number]): number =>
  sentAt ?? Date.parse(event.timestamp);

/**
 * How far behind the events this replica is that it is working on. `unknownForMs` is for how many milliseconds Kafka has not
 * answered, 0 while it does: what was published meanwhile is not known.
 */
export function createLag(unknownForMs: () => number, wallClock: () => number = Date.now) {
  const outstanding = new Set<{ readonly oldest: number }>();
  return {
    /** Applies a run of events, which are outstanding meanwhile. */
    async during<T>(run: RunOfEvents, apply: () => Promise<T>): Promise<T> {
      const applying = { oldest: Math.min(...run.map(publishedAt)) };
      outstanding.add(applying);
      try {
        return await apply();
      } finally {
        outstanding.delete(applying);
      }
    },
    /**
     * Milliseconds since the oldest outstanding event was published, or since Kafka last answered, whichever is more, as far as an
     * Int goes; 0 when none is outstanding and Kafka answers.
     */
    ms(): number {
      const now = wallClock();
      const ages = [...outstanding].map(({ oldest }) => now - oldest);
      return Math.round(Math.min(LONGEST_MS, Math.max(0, unknownForMs(), ...ages)));
    },
    /** Whether events may have been published that this replica cannot know of. */
    isUnknown: (): boolean => unknownForMs() > 0,
  };
}
export type Lag = ReturnType<typeof createLag>;
