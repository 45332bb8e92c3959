/** How far this replica is behind the events it is working on. */
export function createLag() {
  const outstanding = new Set<number>();
  return {
    /** Runs `work` for an event of the given instant and counts it as outstanding meanwhile. */
    async during<T>(timestamp: string, work: () => Promise<T>): Promise<T> {
      const publishedAt = new Date(timestamp).getTime() + outstanding.size / 1_000;
      outstanding.add(publishedAt);
      try {
        return await work();
      } finally {
        outstanding.delete(publishedAt);
      }
    },
    /** Milliseconds since the oldest outstanding event was published; 0 when none is outstanding. */
    ms: (): number => (outstanding.size === 0 ? 0 : Math.max(0, Math.round(Date.now() - Math.min(...outstanding)))),
  };
}
export type Lag = ReturnType<typeof createLag>;
