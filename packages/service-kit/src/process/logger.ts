import { escapeUnprintable } from '@rentalbook/event-contracts';
import { VERSION } from '@rentalbook/observability/metrics';
import { traceFields } from '@rentalbook/tracing';
import pino from 'pino';

export type Logger = pino.Logger;

const STDOUT = 1;
/** Bytes of lines that are buffered while standard output cannot be written; further lines are dropped. */
const MOST_UNWRITTEN = 1_048_576;

/**
 * JSON lines on standard output: one line style for every service, made readable by `npm start`. Characters that a terminal
 * obeys instead of printing are escaped, as JSON allows, so that no request can forge or hide a line. An output that is
 * closed or on a full disk costs lines, and nothing else.
 */
export function createLogger(service: string, level: string): Logger {
  const out = pino.destination({ dest: STDOUT, sync: true, maxLength: MOST_UNWRITTEN });
  out.on('error', () => undefined);
  const options: pino.LoggerOptions = {
    level,
    base: { service, version: VERSION },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: traceFields,
    formatters: { level: (label) => ({ level: label }) },
  };
  // Without flushSync, which would retry a write that cannot succeed, and block the process.
  return pino(options, {
    write(line: string) {
      out.write(`${escapeUnprintable(line.trimEnd())}\n`);
    },
  });
}
