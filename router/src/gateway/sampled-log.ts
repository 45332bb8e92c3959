import type { Logger } from '@rentalbook/service-kit';
import type { Clock } from '@rentalbook/timing';

const WINDOW_MS = 10_000;
const LINES_PER_WINDOW = 20;

export type WriteSampled = (
  level: 'info' | 'warn' | 'error',
  codes: readonly string[],
  line: object,
  text: string,
) => void;

/**
 * Writes at most twenty lines in ten seconds for the same error codes, so that a flood of refused requests does not become a
 * flood of log lines. The next line of these codes has the number that were left out, as `unlogged`. Lines of level error are all
 * written: each has an id that a client may quote.
 */
export function createSampledLog(logger: Logger, clock: Clock): WriteSampled {
  const windows = new Map<string, { startedAt: number; lines: number }>();
  return (level, codes, line, text) => {
    const entry = { codes, ...line };
    if (level === 'error') {
      logger.error(entry, text);
      return;
    }
    const key = codes.join();
    const now = clock.now();
    const window = windows.get(key) ?? { startedAt: now, lines: 0 };
    const isOver = now - window.startedAt >= WINDOW_MS;
    const unlogged = isOver ? Math.max(0, window.lines - LINES_PER_WINDOW) : 0;
    const lines = isOver ? 1 : window.lines + 1;
    windows.set(key, { startedAt: isOver ? now : window.startedAt, lines });
    if (lines <= LINES_PER_WINDOW) logger[level]({ ...entry, ...(unlogged > 0 && { unlogged }) }, text);
  };
}
