import type { Log } from '../log';

const FIRST_AFTER_MS = 5_000;
const THEN_EVERY_MS = 15_000;

/**
 * Called after each attempt to reach an engine that failed, with a sentence that names the engine, its address and the fault.
 * Logs the first once the wait has lasted for 5 s, then one every 15 s, so that a service that waits for long says for what.
 */
export function createWaitReport(log: Log, now: () => number = Date.now): (sentence: string) => void {
  const startedAt = now();
  let nextAt = startedAt + FIRST_AFTER_MS;
  return (sentence) => {
    if (now() < nextAt) return;
    nextAt = now() + THEN_EVERY_MS;
    const waitedMs = now() - startedAt;
    log.warn({ waitedMs }, `not started after ${String(Math.round(waitedMs / 1_000))} s: ${sentence}`);
  };
}
