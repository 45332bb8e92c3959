import { ExplainedError, reported } from '@rentalbook/messaging/explained-error';
import { createLogger, type Logger } from './logger';

/** Something that was started and can be stopped. Stopping twice is harmless. */
export interface Running {
  stop(): Promise<void>;
}

/** A fault at start that its message explains fully: no stack is of use to the reader. */
export class StartupError extends ExplainedError {
  override readonly name = 'StartupError';
}

const STOP_DEADLINE_MS = 8_000;

/** Stops the service in order, as SIGTERM does, once it has started; the owner of the process starts it again. */
export type EndService = (reason: string) => void;

/**
 * Owns the life of a service's process: its title, its start, its signals, its end.
 * Exits 0 after a stop on SIGTERM, SIGINT, by `end` or when the parent that started it is gone, and 1 with one sentence when the
 * start fails. An uncaught fault ends the process, so that it is restarted instead of living on half dead.
 */
export function runService(
  name: string,
  start: (end: EndService) => Promise<{ running: Running; logger: Logger }>,
): void {
  process.title = `rentalbook-${name}`;
  let ending = false;
  let logger = createLogger(name, 'info');

  const failure = (error: unknown): void => {
    process.stderr.write(`${reported(error)}\n`);
    process.exit(1);
  };
  const crash = (error: unknown): void => {
    logger.fatal({ err: error }, 'the service cannot go on and ends, to be started again');
    process.exit(1);
  };
  // Output of libraries is lost with its reader, which is no reason to end.
  process.stderr.on('error', () => undefined);
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  let endNow: EndService | undefined;
  let endsBecause: string | undefined;
  const end: EndService = (reason) => {
    endsBecause = reason;
    endNow?.(reason);
  };
  start(end).then(({ running, logger: own }) => {
    logger = own;
    const stop = (reason: string): void => {
      if (ending) return;
      ending = true;
      logger.info({ reason }, 'stopping');
      setTimeout(() => {
        logger.error('stopping took too long; ending at once');
        process.exit(1);
      }, STOP_DEADLINE_MS).unref();
      running.stop().then(() => {
        logger.info('stopped');
        process.exit(0);
      }, crash);
    };
    endNow = stop;
    if (endsBecause !== undefined) stop(endsBecause);
    process.on('SIGTERM', () => {
      stop('SIGTERM');
    });
    process.on('SIGINT', () => {
      stop('SIGINT');
    });
    if (process.channel) {
      process.channel.unref();
      process.on('disconnect', () => {
        stop('the parent process is gone');
      });
      if (!process.connected) stop('the parent process is gone');
    }
  }, failure);
}
