/** The largest number that GraphQL's Int holds: almost 25 days in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * How far behind the events this replica is that it is working on. `unknownForMs` is for how many milliseconds Kafka has not
 * answered, 0 while it does: what was published meanwhile is not known.
 */
export function createLag(unknownForMs: () => number) {
  const outstanding = new Set<{ readonly publishedAt: number }>();
  return {
    /** Runs `work` for an event of the given instant and counts it as outstanding meanwhile. */
    async during<T>(timestamp: string, work: () => Promise<T>): Promise<T> {
      const event = { publishedAt: new Date(timestamp).getTime() };
      outstanding.add(event);
      try {
        return await work();
      } finally {
        outstanding.delete(event);
      }
    },
    /**
     * Milliseconds since the oldest outstanding event was published, or since Kafka last answered, whichever is more, as far as an
     * Int goes; 0 when none is outstanding and Kafka answers.
     */
    ms(): number {
      const now = Date.now();
      const ages = [...outstanding].map(({ publishedAt }) => Math.round(now - publishedAt));
      return Math.min(LONGEST_MS, Math.max(0, unknownForMs(), ...ages));
    },
    /** Whether events may have been published that this replica cannot know of. */
    isUnknown: (): boolean => unknownForMs() > 0,
  };
}
export type Lag = ReturnType<typeof createLag>;
