/** Keys that are retried only after a pause, each pause twice as long as the one before. */
export function createBackoffRegistry(backOffMs: { readonly first: number; readonly most: number }) {
  const waiting = new Map<string, { readonly until: number; readonly pause: number }>();
  return {
    add(id: string): void {
      const before = waiting.get(id)?.pause;
      const pause = before === undefined ? backOffMs.first : Math.min(before * 2, backOffMs.most);
      waiting.set(id, { until: performance.now() + pause, pause });
    },
    remove(id: string): void {
      waiting.delete(id);
    },
    /** The keys whose pause is not over. */
    ids: (): string[] => [...waiting].filter(([, { until }]) => until > performance.now()).map(([id]) => id),
  };
}
