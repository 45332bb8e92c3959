import type { Log } from '@rentalbook/messaging';
import type { ConnectOptions } from 'mongoose';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mongoSecurityOf, type MongoSecuritySettings } from './mongo-security';

/** The credentials of MongoDB as their files hold them, and whether the files changed since they were last taken. */
interface MongoCredentials {
  /** The options of a new connection. Throws SecuritySettingsError with every fault. */
  take(): ConnectOptions;
  /** Identifies what the files hold now; equal to {@link taken} while nothing changed. */
  current(): string;
  taken(): string;
  /** False where no setting names a file, so that nothing can change. */
  readonly canChange: boolean;
}

export function mongoCredentialsOf(settings: MongoSecuritySettings, url: string): MongoCredentials {
  const files = [
    settings.MONGO_PASSWORD_FILE,
    settings.MONGO_TLS_CA_FILE,
    settings.MONGO_TLS_CERT_FILE,
    settings.MONGO_TLS_KEY_FILE,
  ].filter((file): file is string => Boolean(file));
  const current = (): string => files.map(digestOf).join(' ');
  let taken = '';
  return {
    canChange: files.length > 0,
    current,
    taken: () => taken,
    take() {
      // Before the options are read: a change in between is found later instead of never.
      taken = current();
      return mongoSecurityOf(settings, url);
    },
  };
}

/** A file that cannot be read is a change too: the connection that is tried then says what is wrong with it. */
function digestOf(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('base64');
  } catch {
    return 'unreadable';
  }
}

interface RotationWatchOptions {
  readonly credentials: Pick<MongoCredentials, 'current' | 'taken'>;
  /** Opens and closes a connection with what the files hold now; throws when MongoDB refuses it. */
  readonly tryConnection: () => Promise<void>;
  /** Called once, when MongoDB accepts changed credentials. */
  readonly onRotated: () => void;
  readonly log: Log;
  /** Milliseconds; by default {@link CHECK_EVERY_MS}. */
  readonly everyMs?: number;
}

interface RotationWatch {
  start(): void;
  /** Does not wait for a connection that is being tried; its result is not used any more. */
  stop(): void;
}

export const CHECK_EVERY_MS = 10_000;

/**
 * Reports rotated credentials once MongoDB accepts them. A MongoClient keeps those it was created with, so the process
 * has to create another; until MongoDB accepts the new ones, the old ones are the better choice.
 */
export function watchRotation(options: RotationWatchOptions): RotationWatch {
  const { credentials, tryConnection, onRotated, log, everyMs = CHECK_EVERY_MS } = options;
  const used = credentials.taken();
  let refused = used;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const isRotated = async (): Promise<boolean> => {
    const current = credentials.current();
    if (current === used) return false;
    try {
      await tryConnection();
      return true;
    } catch (error) {
      if (refused !== current)
        log.warn(
          { err: error },
          'the files of the MongoDB credentials changed and do not work yet; the service keeps those it started with and tries again',
        );
      refused = current;
      return false;
    }
  };

  const check = async (): Promise<void> => {
    const rotated = await isRotated();
    if (isStopped) return;
    if (rotated) onRotated();
    else checkLater();
  };
  const checkLater = (): void => {
    timer = setTimeout(() => void check(), everyMs).unref();
  };

  return {
    start: checkLater,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
