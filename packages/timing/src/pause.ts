import { systemClock, type Clock } from './clock';

interface PauseOptions {
  /** By default the clock of the process. */
  readonly clock?: Clock;
  /** Ends the pause early. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the process stays alive for it, by default true. */
  readonly holds?: boolean;
}

/** Resolves after so many milliseconds, or as soon as the signal is aborted. Never rejects. */
export function pause(ms: number, { clock = systemClock, signal, holds = true }: PauseOptions = {}): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clear();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const clear = clock.after(ms, end, holds);
    signal?.addEventListener('abort', end);
  });
}
