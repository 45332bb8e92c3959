const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LEVELS)[number];

export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export const isLogLevel = (text: string): text is LogLevel => LEVELS.some((level) => level === text);
export const logLevels: readonly string[] = LEVELS;

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** One JSON line per message on stdout, from the given level on. */
export function createLogger(from: LogLevel): Logger {
  const write = (level: LogLevel) => (msg: string) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(from)) return;
    const line = { level, time: new Date().toISOString(), service: 'embedded-mongo', msg };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
