/** The largest number that GraphQL's Int holds: almost 25 days in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** How far behind the events this replica is that it is working on. */
export function createLag() {
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
    /** Milliseconds since the oldest outstanding event was published, as far as an Int goes; 0 when none is outstanding. */
    ms(): number {
      if (outstanding.size === 0) return 0;
      const oldest = Math.min(...[...outstanding].map(({ publishedAt }) => publishedAt));
      return Math.min(LONGEST_MS, Math.max(0, Math.round(Date.now() - oldest)));
    },
  };
}
export type Lag = ReturnType<typeof createLag>;
