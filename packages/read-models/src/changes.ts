import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { createPauses, doubling, systemClock, type Clock } from '@rentalbook/timing';

interface Waiting {
  readonly concerns: (event: RentalbookEvent) => boolean;
  readonly wake: () => void;
}

interface UntilOptions {
  /** By default every event does. */
  readonly concerns?: (event: RentalbookEvent) => boolean;
  /** Whether it may be there already. */
  readonly isThere?: boolean;
}

/** Poll interval for changes that other replicas make; changes of this process are signalled. */
const POLLS = doubling({ first: 100, most: 400 });
/** Added poll interval per waiter of a key: the more waiters, the less often each of them polls. */
const POLL_EVERY_MS_PER_WAITER = 5;

/** Wakes the waiters for changes of a key in this process; they find changes of other replicas at the next poll. */
export function createChanges(clock: Clock = systemClock) {
  const waitingFor = new Map<string, Set<Waiting>>();

  const waitForSignal = (key: string, ms: number, concerns: Waiting['concerns']): Promise<void> =>
    new Promise((resolve) => {
      const listeners = waitingFor.get(key) ?? new Set();
      waitingFor.set(key, listeners);
      const waiting: Waiting = {
        concerns,
        wake() {
          cancel();
          listeners.delete(waiting);
          if (listeners.size === 0) waitingFor.delete(key);
          resolve();
        },
      };
      const cancel = clock.after(ms, waiting.wake, true);
      listeners.add(waiting);
    });

  return {
    /** Wakes the waiters that these events of a key concern; call it once the events are visible. */
    signal(key: string, events: readonly RentalbookEvent[]): void {
      for (const { concerns, wake } of [...(waitingFor.get(key) ?? [])]) if (events.some(concerns)) wake();
    },

    /**
     * Polls until `find` resolves to something or `ms` milliseconds have passed; undefined when they have. A signal makes it
     * poll at once if one of its events `concerns` the waiter, so that waiters of one key poll for their own events only.
     * `isThere: false` omits the first poll, where what it would find takes other services longer than this call.
     */
    async until<T>(
      key: string,
      ms: number,
      find: () => Promise<T | undefined>,
      { concerns = () => true, isThere = true }: UntilOptions = {},
    ): Promise<T | undefined> {
      const giveUpAt = clock.now() + ms;
      let polls = isThere;
      for (const pauses = createPauses(POLLS); ;) {
        const left = giveUpAt - clock.now();
        const turn = Math.max(pauses.next(), (waitingFor.get(key)?.size ?? 0) * POLL_EVERY_MS_PER_WAITER);
        // Listening starts before the query, so that a change between the two is not missed.
        const signal = waitForSignal(key, Math.max(0, Math.min(turn, left)), concerns);
        const found = polls ? await find() : undefined;
        polls = true;
        if (found !== undefined || left <= 0) return found;
        await signal;
      }
    },
  };
}

export type Changes = ReturnType<typeof createChanges>;
