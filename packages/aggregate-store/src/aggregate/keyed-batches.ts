/**
 * Runs tasks per key, in order: at once while the key is idle; tasks that arrive while one runs form the next batch, of at
 * most `most`. Different keys run concurrently. `work` must not reject.
 */
export function createKeyedBatches<Task>(most: number, work: (key: string, tasks: readonly Task[]) => Promise<void>) {
  const lines = new Map<string, Task[]>();

  const workOff = async (key: string, line: Task[]): Promise<void> => {
    while (line.length > 0) await work(key, line.splice(0, most));
    lines.delete(key);
  };

  return {
    add(key: string, task: Task): void {
      const line = lines.get(key);
      if (line) {
        line.push(task);
        return;
      }
      const own = [task];
      lines.set(key, own);
      void workOff(key, own);
    },
  };
}
