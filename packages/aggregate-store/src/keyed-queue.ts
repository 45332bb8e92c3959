/**
 * Runs tasks of one key one after another, in the order they came, and different keys side by side.
 * Only saves work: two writers of one document in one process would otherwise make each other decide again.
 */
export function createKeyedQueue() {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async run<T>(key: string, task: () => Promise<T>): Promise<T> {
      const before = tails.get(key) ?? Promise.resolve();
      const own = before.then(task, task);
      tails.set(key, own);
      try {
        return await own;
      } finally {
        if (tails.get(key) === own) tails.delete(key);
      }
    },
  };
}
