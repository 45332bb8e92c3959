/** Documents that wait by themselves after a failure, each longer than the time before. */
export function createPostponed(backOffMs: { readonly first: number; readonly most: number }) {
  const waiting = new Map<string, { readonly until: number; readonly pause: number }>();
  return {
    add(id: string): void {
      const before = waiting.get(id)?.pause;
      const pause = before === undefined ? backOffMs.first : Math.min(before * 2, backOffMs.most);
      waiting.set(id, { until: performance.now() + pause, pause });
    },
    done(id: string): void {
      waiting.delete(id);
    },
    /** Those that are not to be tried yet. */
    ids: (): string[] => [...waiting].filter(([, { until }]) => until > performance.now()).map(([id]) => id),
  };
}
