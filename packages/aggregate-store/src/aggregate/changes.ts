import type { RentalbookEvent } from '@rentalbook/event-contracts';

interface UntilOptions {
  /** By default a signal of any event does. */
  readonly concerns?: (event: RentalbookEvent) => boolean;
  /** False omits the first poll: it cannot be there yet. */
  readonly isThere?: boolean;
}

/** The changes of keys that this process writes or polls. */
export interface Changes {
  /** Called with the events of a key once they are visible. */
  signal(key: string, events: readonly RentalbookEvent[]): void;
  /** Polls until `find` resolves to something, which it does at once after a signal, or `ms` milliseconds have passed. */
  until<T>(key: string, ms: number, find: () => Promise<T | undefined>, options?: UntilOptions): Promise<T | undefined>;
}
