/** Tells those who wait for a change of a key in this process; a change made elsewhere shows at the next look. */
export function createChanges() {
  const waiting = new Map<string, Set<() => void>>();

  const waitForSignal = (key: string, ms: number): Promise<void> =>
    new Promise((resolve) => {
      const listeners = waiting.get(key) ?? new Set();
      waiting.set(key, listeners);
      const done = (): void => {
        clearTimeout(timer);
        listeners.delete(done);
        if (listeners.size === 0) waiting.delete(key);
        resolve();
      };
      const timer = setTimeout(done, ms);
      listeners.add(done);
    });

  return {
    signal(key: string): void {
      for (const wake of [...(waiting.get(key) ?? [])]) wake();
    },

    /** Looks until `look` finds something or `ms` milliseconds have passed; undefined when they have. */
    async until<T>(key: string, ms: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
      const giveUpAt = Date.now() + ms;
      for (let pause = 20; ; pause = Math.min(pause * 2, 200)) {
        const left = giveUpAt - Date.now();
        // Listening starts before the look, so that a change between the two is not missed.
        const signal = waitForSignal(key, Math.max(0, Math.min(pause, left)));
        const found = await look();
        if (found !== undefined || left <= 0) return found;
        await signal;
      }
    },
  };
}

export type Changes = ReturnType<typeof createChanges>;
