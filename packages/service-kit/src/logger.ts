import pino from 'pino';

export type Logger = pino.Logger;

/** JSON lines on standard output: one line style for every service, made readable by `npm start`. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}
