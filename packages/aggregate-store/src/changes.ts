import type { RentalbookEvent } from '@rentalbook/event-contracts';

interface Waiting {
  readonly concerns: (event: RentalbookEvent) => boolean;
  readonly wake: () => void;
}

/** How soon a change shows that another replica made; of those made here a signal tells. */
const LOOK_AGAIN_MS = { first: 50, most: 400 };
/** How far apart the looks of a crowd are that waits for one book: the larger it is, the less often each of it looks. */
const LOOKS_APART_MS = 5;

/** Tells those who wait for a change of a key in this process; a change made elsewhere shows at the next look. */
export function createChanges() {
  const waitingFor = new Map<string, Set<Waiting>>();

  const waitForSignal = (key: string, ms: number, concerns: Waiting['concerns']): Promise<void> =>
    new Promise((resolve) => {
      const listeners = waitingFor.get(key) ?? new Set();
      waitingFor.set(key, listeners);
      const waiting: Waiting = {
        concerns,
        wake() {
          clearTimeout(timer);
          listeners.delete(waiting);
          if (listeners.size === 0) waitingFor.delete(key);
          resolve();
        },
      };
      const timer = setTimeout(waiting.wake, ms);
      listeners.add(waiting);
    });

  return {
    /** Says that these events of a key are to be seen now. */
    signal(key: string, events: readonly RentalbookEvent[]): void {
      for (const { concerns, wake } of [...(waitingFor.get(key) ?? [])]) if (events.some(concerns)) wake();
    },

    /**
     * Looks until `look` finds something or `ms` milliseconds have passed; undefined when they have. A signal makes it
     * look at once if one of the events `concerns` it: of a crowd that waits for one book, each looks for its own.
     */
    async until<T>(
      key: string,
      ms: number,
      look: () => Promise<T | undefined>,
      concerns: (event: RentalbookEvent) => boolean = () => true,
    ): Promise<T | undefined> {
      const giveUpAt = Date.now() + ms;
      for (let pause = LOOK_AGAIN_MS.first; ; pause = Math.min(pause * 2, LOOK_AGAIN_MS.most)) {
        const left = giveUpAt - Date.now();
        const turn = Math.max(pause, (waitingFor.get(key)?.size ?? 0) * LOOKS_APART_MS);
        // Listening starts before the look, so that a change between the two is not missed.
        const signal = waitForSignal(key, Math.max(0, Math.min(turn, left)), concerns);
        const found = await look();
        if (found !== undefined || left <= 0) return found;
        await signal;
      }
    },
  };
}

export type Changes = ReturnType<typeof createChanges>;
