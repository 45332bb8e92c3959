import { errorCode, SettingsError } from '@rentalbook/service-kit';
import type { JWTVerifyGetKey } from 'jose';
import { readFileSync, statSync } from 'node:fs';
import { parseKeySet, type KeySetOptions } from './key-set';

const CHECK_EVERY_MS = 1_000;

/**
 * The keys of a file, which is read again once it has changed, within a second of its first use. A file that cannot be read
 * then is logged once, and the keys from before stay. Throws SettingsError when it cannot be read at the start.
 */
export function openKeyFile(file: string, { logger, clock }: KeySetOptions): JWTVerifyGetKey {
  let version = versionOf(file);
  let keys = readKeys(file);
  let checkedAt = clock.now();

  const check = (): void => {
    if (clock.now() - checkedAt < CHECK_EVERY_MS) return;
    checkedAt = clock.now();
    const found = versionOf(file);
    if (found === version) return;
    version = found;
    try {
      keys = readKeys(file);
      logger.info({ file }, 'the keys that tokens are checked with were read again');
    } catch (error) {
      logger.error({ err: error, file }, 'the changed key file cannot be used; the keys from before stay in use');
    }
  };
  return (header, token) => {
    check();
    return keys(header, token);
  };
}

function readKeys(file: string): JWTVerifyGetKey {
  try {
    return parseKeySet(readFileSync(file, 'utf8'));
  } catch (error) {
    const missing = errorCode(error) === 'ENOENT';
    const fault = missing ? 'does not exist' : 'is not a readable JSON Web Key Set';
    throw new SettingsError(`Setting JWT_JWKS_FILE: the file "${file}" ${fault}; name a file with {"keys": [ … ]}.`);
  }
}

/** Kubernetes replaces a mounted file by a link to another one: the inode changes, whatever the times are. */
function versionOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? [found.ino, found.size, found.mtimeMs].join() : 'missing';
}
