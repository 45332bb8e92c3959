import { systemClock, type Clock } from '@rentalbook/timing';
import type { Log } from '../log';

const FIRST_AFTER_MS = 5_000;
const THEN_EVERY_MS = 15_000;

/**
 * Called for each attempt to reach an engine that failed, with an error whose message names the engine, its address and the fault.
 * Logs the first once the wait has lasted for 5 s, then one every 15 s, so that a service that waits for long says for what.
 */
export function createWaitReport(
  log: Log,
  engine: 'Kafka' | 'MongoDB',
  clock: Clock = systemClock,
): (unreachable: unknown) => void {
  const startedAt = clock.now();
  let nextAt = startedAt + FIRST_AFTER_MS;
  return (error) => {
    log.debug({ err: error }, `waiting for ${engine}`);
    if (clock.now() < nextAt) return;
    nextAt = clock.now() + THEN_EVERY_MS;
    const waitedMs = Math.round(clock.now() - startedAt);
    const sentence = error instanceof Error ? error.message : String(error);
    log.warn({ waitedMs }, `not started after ${String(Math.round(waitedMs / 1_000))} s: ${sentence}`);
  };
}
