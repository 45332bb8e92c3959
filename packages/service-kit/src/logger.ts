import { escapeUnprintable } from '@rentalbook/event-contracts';
import pino from 'pino';

export type Logger = pino.Logger;

/**
 * JSON lines on standard output: one line style for every service, made readable by `npm start`. Characters that a terminal
 * obeys instead of printing are escaped, as JSON allows, so that no request can forge or hide a line.
 */
export function createLogger(service: string, level: string): Logger {
  const out = pino.destination({ fd: 1, sync: true });
  const options: pino.LoggerOptions = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  return pino(options, {
    write(line: string) {
      out.write(`${escapeUnprintable(line.trimEnd())}\n`);
    },
  });
}
