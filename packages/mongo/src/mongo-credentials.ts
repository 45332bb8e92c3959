import type { Log } from '@rentalbook/messaging';
import { createPoller, type Clock } from '@rentalbook/timing';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mongoSecurityOf, type MongoSecurity, type MongoSecuritySettings } from './mongo-security';

/** Identifies the content of the credential files. */
interface Digests {
  /** Read again for each login. */
  readonly password: string;
  /** Read when a client is created. */
  readonly certificates: string;
}

/** The credentials of MongoDB as their files hold them, and whether the files changed since they were last taken. */
interface MongoCredentials {
  /** The options of a new connection. Throws SecuritySettingsError with every fault. */
  take(): MongoSecurity;
  /** The current content of the files; equal to {@link taken} while nothing changed. */
  current(): Digests;
  taken(): Digests;
  /** False where no setting names a file, so that nothing can change. */
  readonly canChange: boolean;
  readonly passwordFile: string | undefined;
}

export function mongoCredentialsOf(settings: MongoSecuritySettings, url: string): MongoCredentials {
  const { MONGO_PASSWORD_FILE, MONGO_TLS_CA_FILE, MONGO_TLS_CERT_FILE, MONGO_TLS_KEY_FILE } = settings;
  const digest = (...files: readonly (string | undefined)[]): string => files.map(digestOf).join(' ');
  const current = (): Digests => ({
    password: digest(MONGO_PASSWORD_FILE),
    certificates: digest(MONGO_TLS_CA_FILE, MONGO_TLS_CERT_FILE, MONGO_TLS_KEY_FILE),
  });
  let taken: Digests = { password: '', certificates: '' };
  return {
    canChange: [MONGO_PASSWORD_FILE, MONGO_TLS_CA_FILE, MONGO_TLS_CERT_FILE, MONGO_TLS_KEY_FILE].some(Boolean),
    passwordFile: MONGO_PASSWORD_FILE,
    current,
    taken: () => taken,
    take() {
      // Before the options are read: a change in between is found later instead of never.
      taken = current();
      return mongoSecurityOf(settings, url);
    },
  };
}

/** A file that cannot be read is a change too: the connection attempt then reports the error. */
function digestOf(file: string | undefined): string {
  if (!file) return '';
  try {
    return createHash('sha256').update(readFileSync(file)).digest('base64');
  } catch {
    return 'unreadable';
  }
}

interface RotationWatchOptions {
  readonly credentials: Pick<MongoCredentials, 'current' | 'taken' | 'passwordFile'>;
  /** Opens and closes a connection with the current files; throws when MongoDB refuses it. */
  readonly tryConnection: () => Promise<void>;
  /** Called once, when MongoDB accepts changed certificates, which need a new client. */
  readonly onRotated: () => void;
  readonly log: Log;
  /** Milliseconds; by default {@link CHECK_EVERY_MS}. */
  readonly everyMs?: number;
  readonly clock?: Clock;
}

interface RotationWatch {
  start(): void;
  /** Does not wait for a connection that is being tried; its result is not used any more. */
  stop(): void;
}

export const CHECK_EVERY_MS = 10_000;
const isSame = (one: Digests, other: Digests): boolean =>
  one.password === other.password && one.certificates === other.certificates;

/**
 * Tries changed credentials, and logs whether MongoDB accepts them. Logins take a changed password by themselves.
 * A MongoClient keeps the certificates it was created with, so the process has to create another; until MongoDB accepts the
 * new ones, the old ones are the better choice.
 */
export function watchRotation(options: RotationWatchOptions): RotationWatch {
  const { credentials, tryConnection, onRotated, log, everyMs = CHECK_EVERY_MS, ...timing } = options;
  let used = credentials.taken();
  let refused = used;

  /** Whether MongoDB accepts the credentials that the files hold now. */
  const works = async (current: Digests): Promise<boolean> => {
    try {
      await tryConnection();
      return true;
    } catch (error) {
      if (!isSame(refused, current))
        log.warn(
          { err: error },
          'the files of the MongoDB credentials changed and do not work yet; open connections stay, and the service tries again',
        );
      refused = current;
      return false;
    }
  };

  const check = async (stopping: AbortSignal): Promise<number> => {
    const current = credentials.current();
    const isAccepted = !isSame(current, used) && (await works(current));
    if (stopping.aborted) return everyMs;
    if (isAccepted && current.certificates !== used.certificates) {
      stop();
      onRotated();
      return everyMs;
    }
    if (isAccepted) {
      used = current;
      log.info({ place: credentials.passwordFile }, 'keys or secrets that have changed were read again');
    }
    return everyMs;
  };
  const poller = createPoller(check, { firstAfterMs: everyMs, ...timing });
  const stop = (): void => void poller.stop();
  return { start: poller.start, stop };
}
