import type { Clock } from '@rentalbook/timing';
import { statSync } from 'node:fs';
import type { Logger } from '../process/logger';

const CHECK_EVERY_MS = 1_000;

export interface WatchOptions {
  readonly logger: Logger;
  readonly clock: Clock;
}

export interface Watched<Value> {
  /** Where the value is: a file or a folder. */
  readonly place: string;
  /** Another text once another value may be there; called often. */
  readonly version: () => string;
  readonly read: () => Value;
  /** The loggable part of a value, without anything secret. */
  readonly shown?: (value: Value) => object;
}

/**
 * A value that is read again once its place has changed, within a second of its next use. One that cannot be used is logged
 * once, and the value from before stays. Throws what `read` throws when it cannot be used at the start.
 */
export function watch<Value>(watched: Watched<Value>, { logger, clock }: WatchOptions): () => Value {
  const { place, read, shown = () => ({}) } = watched;
  let version = watched.version();
  let value = read();
  let checkedAt = clock.now();

  const check = (): void => {
    if (clock.now() - checkedAt < CHECK_EVERY_MS) return;
    checkedAt = clock.now();
    const found = watched.version();
    if (found === version) return;
    version = found;
    try {
      value = read();
      logger.info({ place, ...shown(value) }, 'keys or secrets that have changed were read again');
    } catch (error) {
      logger.error({ err: error, place }, 'changed keys or secrets cannot be used; those from before stay in use');
    }
  };
  return () => {
    check();
    return value;
  };
}

/** Kubernetes replaces a mounted file by a link to another one: the inode changes, whatever the times are. */
export function versionOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? [found.ino, found.size, found.mtimeMs].join() : 'missing';
}
